package org.walarchive.core.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.core.wal.WalPush;

/**
 * The archive that every use case begins with, made once: segments 1 to 7, two histories, the history of a backup; backups that start in segment 2 (90 days
 * old), 4 (60 days) and 6 (10 days), one that was given up in segment 3 (80 days ago), and one in segment 5 that is being taken.
 */
final class Template {

    static final long LAST_SEGMENT = 7;

    static final BackupName OLDEST = backup(2);
    static final BackupName MIDDLE = backup(4);
    static final BackupName NEWEST = backup(6);
    static final BackupName ABANDONED = backup(3);
    static final BackupName IN_PROGRESS = backup(5);

    private static final Map<String, Scene.Stored> OBJECTS = make();

    private Template() {}

    static Map<String, Scene.Stored> objects() {
        return OBJECTS;
    }

    static BackupName backup(long segment) {
        return new BackupName(StoppedCluster.segment(segment), "00000040");
    }

    static String history(long timeline) {
        String first = "1\t0/780000\tno recovery target specified\n";
        return timeline == 2 ? first : first + "2\t0/7C0000\tbefore 2026-11-20 12:00:00+00\n";
    }

    /** The history of the backup in segment 4, as a running server would archive it. */
    static String backupHistory(long segment) {
        return "START WAL LOCATION: 0/" + segment + "00028 (file " + StoppedCluster.segment(segment) + ")\n"
                + "STOP WAL LOCATION: 0/" + segment + "00100 (file " + StoppedCluster.segment(segment) + ")\n";
    }

    private static Map<String, Scene.Stored> make() {
        try {
            Path directory = Files.createTempDirectory("faults");
            try {
                return make(new Scene(directory));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ArchiveException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Scene.Stored> make(Scene scene)
            throws IOException, ArchiveException, InterruptedException {
        at(scene, Duration.ofDays(90));
        for (long number = 1; number <= LAST_SEGMENT; number++) {
            new WalPush(scene.archive())
                    .push(file(scene, StoppedCluster.segment(number).toString(), StoppedCluster.wal(number)));
        }
        push(scene, "00000002.history", history(2));
        push(scene, "00000003.history", history(3));
        push(scene, StoppedCluster.segment(4) + ".00000028.backup", backupHistory(4));
        backUp(scene, 2);
        at(scene, Duration.ofDays(60));
        backUp(scene, 4);
        at(scene, Duration.ofDays(10));
        backUp(scene, 6);
        unfinished(scene, ABANDONED, Scene.NOW.minus(Duration.ofDays(80)));
        unfinished(scene, IN_PROGRESS, Scene.NOW.minus(Duration.ofHours(1)));
        return Map.copyOf(scene.objects());
    }

    private static void at(Scene scene, Duration ago) {
        scene.here.set(Scene.NOW.minus(ago));
        scene.there.set(Scene.NOW.minus(ago));
    }

    private static Path file(Scene scene, String name, byte[] bytes) {
        return SegmentBuilder.write(scene.root.resolve("wal").resolve(name), bytes);
    }

    private static void push(Scene scene, String name, String text) throws ArchiveException, InterruptedException {
        new WalPush(scene.archive()).push(file(scene, name, StoppedCluster.text(text)));
    }

    private static void backUp(Scene scene, long segment) throws IOException, ArchiveException, InterruptedException {
        StoppedCluster.make(scene.data(), segment);
        BackupUseCases.push(scene, scene.archive());
        delete(scene.data());
    }

    private static void unfinished(Scene scene, BackupName name, Instant put) {
        scene.put(ArchiveLayout.version(name), StoppedCluster.text("PostgreSQL 16\n"), put);
        scene.put(ArchiveLayout.partition(name, 0, "lzo"), new byte[100], put);
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
