package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.walarchive.WalFetchResult;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.postgres.WalFileName;

/** The commands of WAL, over made segments in what looks like the directory of a server. */
abstract class FaultedWal extends FaultedCommand {

    static final String SEGMENT = MadeSegment.name(1);

    private static final int NOISE_BYTES = 100_000;
    private static final int STOP_RECOVERY = 255;

    final Path wal;

    private FaultedWal(CliProcess cli, Path ground) {
        super(cli, ground);
        wal = ground.resolve("data/pg_wal");
    }

    Path segment(Path directory, int number) throws IOException {
        return MadeSegment.write(directory, number, NOISE_BYTES);
    }

    /** Archives segments in this process. */
    void archive(int count) throws Exception {
        for (int number = 1; number <= count; number++) {
            Path file = segment(ground.resolve("source"), number);
            inArchive(archive -> archive.wal().push(file));
        }
        OrdinaryUser.give(ground.resolve("archive"));
    }

    byte[] source(int number) throws IOException {
        return Files.readAllBytes(ground.resolve("source").resolve(MadeSegment.name(number)));
    }

    /** {@code wal-push} of a segment into an archive that it begins, with another one ahead. */
    static final class Push extends FaultedWal {

        Push(CliProcess cli, Path ground) {
            super(cli, ground);
        }

        @Override
        void prepare() throws Exception {
            Files.createDirectories(wal.resolve("archive_status"));
            for (int number = 1; number <= 2; number++) {
                segment(ground.resolve("source"), number);
                segment(wal, number);
                Files.createFile(wal.resolve("archive_status/" + MadeSegment.name(number) + ".ready"));
            }
            OrdinaryUser.give(ground);
        }

        @Override
        List<String> arguments() {
            return List.of("wal-push", "-p", "2", wal.resolve(SEGMENT).toString());
        }

        @Override
        void requireTruth(CliProcess.Outcome outcome) throws Exception {
            assertTrue(outcome.status() <= 10, "the archiver would end");
            for (int number = 1; number <= 2; number++) {
                String name = MadeSegment.name(number);
                assertArrayEquals(source(number), Files.readAllBytes(wal.resolve(name)), "the source");
                Optional<byte[]> archived = archived(name);
                if (archived.isPresent()) {
                    assertArrayEquals(source(number), archived.get(), name);
                }
                boolean acknowledged = number == 1
                        ? outcome.status() == 0
                        : Files.exists(wal.resolve(".walarchive/archived").resolve(name));
                assertTrue(archived.isPresent() || !acknowledged, () -> name + " was acknowledged and is not there");
            }
        }

        @Override
        void again() throws Exception {
            for (int number = 1; number <= 2; number++) {
                String name = MadeSegment.name(number);
                inArchive(archive -> archive.wal().push(wal.resolve(name)));
                assertArrayEquals(source(number), archived(name).orElseThrow(), name);
                Files.delete(wal.resolve("archive_status/" + name + ".ready"));
            }
            // notes are swept by the push of what comes next
            Path next = segment(wal, 3);
            Files.createFile(wal.resolve("archive_status/" + MadeSegment.name(3) + ".ready"));
            inArchive(archive -> archive.wal().push(next));
        }
    }

    /** {@code wal-fetch} by Java. */
    static final class Fetch extends FaultedWal {

        private final Path target = wal.resolve("RECOVERYXLOG");

        Fetch(CliProcess cli, Path ground) {
            super(cli, ground);
        }

        @Override
        void prepare() throws Exception {
            archive(1);
            Files.createDirectories(wal);
            OrdinaryUser.give(ground);
        }

        @Override
        List<String> arguments() {
            return List.of("wal-fetch", "--prefetch", "0", SEGMENT, target.toString());
        }

        @Override
        void requireTruth(CliProcess.Outcome outcome) throws Exception {
            if (outcome.status() != 0) {
                assertEquals(STOP_RECOVERY, outcome.status(), "recovery would end");
            }
            if (outcome.status() == 0 || Files.exists(target)) {
                assertArrayEquals(source(1), Files.readAllBytes(target));
            }
            assertArrayEquals(source(1), archived(SEGMENT).orElseThrow());
        }

        @Override
        void again() throws Exception {
            WalFileName name = WalFileName.recognise(SEGMENT).orElseThrow();
            assertEquals(
                    WalFetchResult.FETCHED, inArchive(archive -> archive.wal().fetch(name, target)));
            assertArrayEquals(source(1), Files.readAllBytes(target));
        }
    }

    /** {@code wal-prefetch}, from which commands that meet no fault get their segments. */
    static final class Prefetch extends FaultedWal {

        private static final Duration PATIENCE = Duration.ofSeconds(180);
        private static final int AHEAD = 2;

        private final Path data = wal.getParent();
        private final Path area = wal.resolve(".walarchive/prefetch");
        private final Path target = wal.resolve("RECOVERYXLOG");

        Prefetch(CliProcess cli, Path ground) {
            super(cli, ground);
        }

        @Override
        void prepare() throws Exception {
            archive(AHEAD + 1);
            Files.createDirectories(wal);
            Files.createDirectories(data.resolve("global"));
            for (String file : List.of("global/pg_control", "recovery.signal", "postmaster.pid")) {
                Files.createFile(data.resolve(file));
            }
            OrdinaryUser.give(ground);
        }

        @Override
        List<String> arguments() {
            return List.of("wal-prefetch", "--prefetch", String.valueOf(AHEAD), "--", wal.toString(), SEGMENT);
        }

        @Override
        CliProcess.Outcome run(Map<String, String> environment, Path record) throws Exception {
            CliProcess.Running running = cli.start(environment, arguments().toArray(String[]::new));
            Await.until("segments wait, or a fault came", PATIENCE, () -> {
                try {
                    return !running.process().isAlive()
                            || waiting() == AHEAD
                            || !FaultPoint.injected(record).isEmpty();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            for (int number = 1; number <= AHEAD; number++) {
                fetch(number, environment);
            }
            Files.delete(data.resolve("postmaster.pid"));
            return running.await();
        }

        // by names alone: files come and go
        private int waiting() {
            String[] names = area.toFile().list((directory, name) -> name.endsWith(".ok"));
            return names == null ? 0 : names.length;
        }

        private void fetch(int number, Map<String, String> environment) throws IOException {
            Map<String, String> sound = new HashMap<>(environment);
            sound.remove("JAVA_HOME");
            sound.put("WALARCHIVE_PREFETCH", "0");
            cli.run(sound, "wal-fetch", MadeSegment.name(number), target.toString())
                    .requireSuccess();
            assertArrayEquals(source(number), Files.readAllBytes(target), MadeSegment.name(number));
            Files.delete(target);
        }

        @Override
        void requireTruth(CliProcess.Outcome outcome) throws Exception {
            assertArrayEquals(source(1), archived(SEGMENT).orElseThrow());
        }

        /** The server does not run any more, so all that is done is to tidy up. */
        @Override
        void again() throws Exception {
            cli.run(Map.of("WALE_FILE_PREFIX", location()), arguments().toArray(String[]::new))
                    .requireSuccess();
            assertFalse(Files.exists(area), "prefetched segments lie");
        }
    }
}
