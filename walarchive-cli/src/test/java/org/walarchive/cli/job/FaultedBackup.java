package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.walarchive.BackupPushRequest;
import org.walarchive.DeletionPolicy;
import org.walarchive.RestoreRequest;
import org.walarchive.core.testing.OrdinaryUser;

/** The commands of base backups, over the bones of a cluster that was shut down. */
abstract class FaultedBackup extends FaultedCommand {

    private static final Pattern LEFT_OUT = Pattern.compile("base/\\d+/(?!1259)\\d+.*|pg_subtrans/.+");

    private final Path cluster;
    final Path data;

    private FaultedBackup(CliProcess cli, Path ground, Path cluster) {
        super(cli, ground);
        this.cluster = cluster;
        this.data = ground.resolve("data");
    }

    /** Copies a cluster without most of its relations, and without what backups leave out. */
    void copyCluster() throws IOException {
        boolean segment = false;
        try (Stream<Path> paths = Files.walk(cluster)) {
            for (Path path : paths.sorted().toList()) {
                String name = cluster.relativize(path).toString();
                boolean isSegment = name.matches("pg_wal/[0-9A-F]{24}");
                if (!LEFT_OUT.matcher(name).matches() && !(isSegment && segment)) {
                    Files.copy(path, data.resolve(name));
                    segment |= isSegment;
                }
            }
        }
        OrdinaryUser.give(data);
    }

    void backUp() throws Exception {
        inArchive(archive -> archive.backups()
                .push(BackupPushRequest.builder(data)
                        .mode(BackupPushRequest.Mode.OFFLINE)
                        .build()));
    }

    void restore(Path target) throws Exception {
        inArchive(archive -> archive.backups()
                .fetch(RestoreRequest.builder(target)
                        .existingFiles(RestoreRequest.ExistingFiles.REPLACE)
                        .build()));
    }

    void deleteAll() throws Exception {
        inArchive(archive -> archive.retention().execute(archive.retention().plan(new DeletionPolicy.Everything())));
    }

    void prepareArchive() throws Exception {
        copyCluster();
        backUp();
        OrdinaryUser.give(ground);
    }

    boolean hasBackup() throws IOException {
        return files("archive/basebackups_005").stream().anyMatch(name -> name.endsWith("_backup_stop_sentinel.json"));
    }

    void requireRestorable() throws Exception {
        restore(ground.resolve("look"));
        requireCluster("look");
    }

    /** All that the cluster has is there, and nothing else. */
    void requireCluster(String directory) throws IOException {
        Map<String, String> expected = contents("data");
        Map<String, String> found = contents(directory);
        Set<Map.Entry<String, String>> differences = new HashSet<>(expected.entrySet());
        differences.removeAll(found.entrySet());
        Set<Map.Entry<String, String>> more = new HashSet<>(found.entrySet());
        more.removeAll(expected.entrySet());
        assertTrue(differences.isEmpty() && more.isEmpty(), () -> "backed up " + differences + ", restored " + more);
    }

    /** {@code backup-push}. */
    static final class Push extends FaultedBackup {

        Push(CliProcess cli, Path ground, Path cluster) {
            super(cli, ground, cluster);
        }

        @Override
        void prepare() throws Exception {
            copyCluster();
            OrdinaryUser.give(ground);
        }

        @Override
        List<String> arguments() {
            return List.of("backup-push", "--while-offline", data.toString());
        }

        @Override
        void requireTruth(CliProcess.Outcome outcome) throws Exception {
            assertTrue(outcome.status() != 0 || hasBackup(), "it said that there is a backup");
            if (hasBackup()) {
                requireRestorable();
            }
        }

        @Override
        void again() throws Exception {
            if (hasBackup()) {
                // of a stopped server there is one backup
                deleteAll();
            }
            backUp();
            requireRestorable();
        }
    }

    /** {@code backup-fetch}. */
    static final class Fetch extends FaultedBackup {

        private static final String TARGET = "restored";

        Fetch(CliProcess cli, Path ground, Path cluster) {
            super(cli, ground, cluster);
        }

        @Override
        void prepare() throws Exception {
            prepareArchive();
        }

        @Override
        List<String> arguments() {
            return List.of("backup-fetch", ground.resolve(TARGET).toString(), "LATEST");
        }

        @Override
        void requireTruth(CliProcess.Outcome outcome) throws Exception {
            if (outcome.status() == 0 || Files.exists(ground.resolve(TARGET).resolve("global/pg_control"))) {
                requireCluster(TARGET);
            }
        }

        @Override
        void again() throws Exception {
            restore(ground.resolve(TARGET));
            requireCluster(TARGET);
        }
    }

    /** {@code verify --deep} of an archive that is damaged. */
    static final class Verify extends FaultedBackup {

        private static final int CORRUPT = 5;

        Verify(CliProcess cli, Path ground, Path cluster) {
            super(cli, ground, cluster);
        }

        @Override
        void prepare() throws Exception {
            prepareArchive();
            String part = files("archive").stream()
                    .filter(name -> name.contains("/part_"))
                    .findFirst()
                    .orElseThrow();
            Path object = ground.resolve("archive").resolve(part);
            byte[] content = Files.readAllBytes(object);
            content[content.length / 2] ^= 1;
            Files.write(object, content);
        }

        @Override
        List<String> arguments() {
            return List.of("verify", "--deep");
        }

        @Override
        void requireTruth(CliProcess.Outcome outcome) {
            assertNotEquals(0, outcome.status(), "it said that all is well");
        }

        @Override
        void again() {
            CliProcess.Outcome outcome =
                    cli.run(Map.of("WALE_FILE_PREFIX", location()), arguments().toArray(String[]::new));
            assertEquals(CORRUPT, outcome.status(), outcome.output());
        }
    }

    /** {@code delete --confirm}. */
    static final class Delete extends FaultedBackup {

        Delete(CliProcess cli, Path ground, Path cluster) {
            super(cli, ground, cluster);
        }

        @Override
        void prepare() throws Exception {
            prepareArchive();
        }

        @Override
        List<String> arguments() {
            return List.of("delete", "--confirm", "everything");
        }

        @Override
        void requireTruth(CliProcess.Outcome outcome) throws Exception {
            if (hasBackup()) {
                requireRestorable();
            }
            if (outcome.status() == 0) {
                assertEquals(List.of(), files("archive/basebackups_005"));
            }
        }

        @Override
        void again() throws Exception {
            deleteAll();
            assertEquals(List.of(), files("archive/basebackups_005"));
        }
    }
}
