package org.walarchive.core.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.walarchive.ArchiveException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushRequest;
import org.walarchive.WalPushResult;
import org.walarchive.core.faults.UseCase.Claim;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.prefetch.Prefetch;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.wal.RequestedPush;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.core.wal.WalFetch;
import org.walarchive.postgres.WalFileName;

/** Archiving and fetching of WAL. */
final class WalUseCases {

    private static final long NEW = Template.LAST_SEGMENT + 1;
    private static final long WANTED = 3;
    private static final String NEW_HISTORY = "00000004.history";

    private WalUseCases() {}

    static void prepareSegment(Scene scene) throws IOException {
        write(scene, NEW);
        Files.createDirectories(scene.wal().resolve("archive_status"));
    }

    /** In an archive that is not one yet. */
    static void prepareNothing(Scene scene) throws IOException {
        scene.objects().keySet().forEach(scene::remove);
        prepareSegment(scene);
    }

    static void prepareArchivedSegment(Scene scene) throws IOException {
        prepareSegment(scene);
        scene.put(key(NEW), SegmentBuilder.compress("lzo", StoppedCluster.wal(NEW)), Scene.NOW);
    }

    static void prepareBacklog(Scene scene) throws IOException {
        prepareSegment(scene);
        for (long number = NEW; number < NEW + 3; number++) {
            write(scene, number);
            Files.createFile(scene.wal().resolve("archive_status/" + StoppedCluster.segment(number) + ".ready"));
        }
    }

    static void prepareHistory(Scene scene) {
        SegmentBuilder.write(
                scene.wal().resolve(NEW_HISTORY),
                StoppedCluster.text(Template.history(3) + "3\t0/7E0000\tno recovery target specified\n"));
    }

    static void prepareBackupHistory(Scene scene) {
        SegmentBuilder.write(
                scene.wal().resolve(StoppedCluster.segment(6) + ".00000028.backup"),
                StoppedCluster.text(Template.backupHistory(6)));
    }

    static void prepareOtherCompression(Scene scene) {
        scene.remove(key(WANTED));
        scene.put(
                key(WANTED).replace(".lzo", ".lz4"),
                SegmentBuilder.compress("lz4", StoppedCluster.wal(WANTED)),
                Scene.NOW);
    }

    static void prepareRecovery(Scene scene) throws IOException {
        Files.createDirectories(scene.wal());
    }

    private static void write(Scene scene, long number) {
        SegmentBuilder.write(
                scene.wal().resolve(StoppedCluster.segment(number).toString()), StoppedCluster.wal(number));
    }

    private static String key(long number) {
        return key(StoppedCluster.segment(number).toString());
    }

    private static String key(String name) {
        return ArchiveLayout.wal(WalFileName.parse(name), "lzo");
    }

    static Claim pushSegment(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return push(scene, archive, StoppedCluster.segment(NEW).toString(), 1);
    }

    static Claim pushHistory(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return push(scene, archive, NEW_HISTORY, 1);
    }

    static Claim pushBackupHistory(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return push(scene, archive, StoppedCluster.segment(6) + ".00000028.backup", 1);
    }

    /** What is pushed ahead is looked at by the matrix, whatever becomes of the segment that is asked for. */
    static Claim pushAhead(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return push(scene, archive, StoppedCluster.segment(NEW).toString(), 3);
    }

    private static Claim push(Scene scene, ArchiveStore archive, String name, int poolSize)
            throws ArchiveException, InterruptedException {
        Path file = scene.wal().resolve(name);
        WalPushResult result = new RequestedPush(archive, new KnownCluster())
                .push(WalPushRequest.builder(file).poolSize(poolSize).build());
        // both are the truth where a reply was lost
        boolean archived = result == WalPushResult.ARCHIVED || result == WalPushResult.ALREADY_ARCHIVED;
        return new Claim(archived ? "archived" : result.toString(), 0, () -> requireArchived(scene, name));
    }

    /** Holds an object against the file it was made of. */
    static void requireArchived(Scene scene, String name) throws IOException {
        assertArrayEquals(
                Files.readAllBytes(scene.wal().resolve(name)),
                SegmentBuilder.decompress("lzo", scene.bytes(key(name))),
                name);
    }

    static Claim fetchSegment(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return fetch(scene, archive, StoppedCluster.segment(WANTED).toString(), StoppedCluster.wal(WANTED));
    }

    static Claim fetchHistory(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return fetch(scene, archive, "00000003.history", StoppedCluster.text(Template.history(3)));
    }

    static Claim fetchAbsent(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return fetch(scene, archive, StoppedCluster.segment(NEW).toString(), new byte[0]);
    }

    static Claim fetchAbsentHistory(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return fetch(scene, archive, NEW_HISTORY, new byte[0]);
    }

    private static Claim fetch(Scene scene, ArchiveStore archive, String text, byte[] expected)
            throws ArchiveException, InterruptedException {
        WalFileName name = WalFileName.parse(text);
        WalFetchResult result =
                archive.command("fetch of " + name, context -> new WalFetch(context).fetch(name, scene.fetched()));
        return new Claim(result.toString(), 0, () -> {
            if (result == WalFetchResult.FETCHED) {
                assertArrayEquals(expected, Files.readAllBytes(scene.fetched()), text);
            } else {
                assertFalse(Files.exists(scene.fetched()), "absent, and delivered all the same");
            }
        });
    }

    /** A server that replays three segments. What it is given is looked at before it asks for the next. */
    static Claim prefetch(Scene scene, ArchiveStore archive)
            throws ArchiveException, InterruptedException, IOException {
        Path target = scene.wal().resolve("RECOVERYXLOG");
        List<WalFetchResult> results = new ArrayList<>();
        try (Prefetch prefetch = new Prefetch(archive, scene.wal(), 2, 1)) {
            for (long number = 1; number < 4; number++) {
                WalFileName name = WalFileName.of(StoppedCluster.segment(number));
                WalFetchResult result = prefetch.fetch(name, target);
                results.add(result);
                if (result == WalFetchResult.FETCHED) {
                    assertArrayEquals(StoppedCluster.wal(number), Files.readAllBytes(target), name.text());
                    Files.delete(target);
                }
            }
        }
        return new Claim(results.toString(), 0, () -> assertFalse(Files.exists(target)));
    }

    /** What is acknowledged beside the WAL is in the archive. */
    static void requireAcknowledged(Scene scene) throws IOException {
        String prefix = "data/pg_wal/.walarchive/archived/";
        for (String file : scene.files()) {
            if (file.startsWith(prefix)) {
                String name = file.substring(prefix.length());
                assertEquals(name, WalFileName.parse(name).text(), "left in the spool");
                requireArchived(scene, name);
            }
        }
    }
}
