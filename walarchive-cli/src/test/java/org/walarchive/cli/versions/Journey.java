package org.walarchive.cli.versions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.walarchive.cli.job.CliProcess;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.core.testing.Workload;

/** What a cluster lives through: it archives under load, is backed up while it changes, crashes, and is restored. */
final class Journey implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** So slow, in bytes per second, that a backup of a small cluster takes some seconds. */
    private static final String SLOWLY = "8000000";

    private final Cluster cluster;
    private final CliProcess cli = new CliProcess();
    private final Path outside = cli.path("outside");
    private final PostgresServer server;

    Journey(Cluster cluster) {
        this.cluster = cluster;
        directory(outside);
        server = cluster.make(cli.shellCommand("wal-push %p"));
    }

    private static void directory(Path path) {
        try {
            OrdinaryUser.give(Files.createDirectory(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Backs the server up, and restores it to a time and to the end. */
    void ofAPrimary() {
        server.start();
        Contents contents = Contents.make(server, outside);
        String time;
        SortedSet<Long> before;
        SortedSet<Long> all;
        try (Workload load = Workload.start(server, 2, 1000)) {
            load.awaitCommits(100);
            backUp(server, contents);
            load.awaitCommits(100);
            load.stop();
            time = server.queryText("SELECT clock_timestamp()");
            before = load.committed();
            server.execute("SELECT pg_sleep(0.05)");
            load.resume(2);
            load.awaitCommits(100);
            load.stop();
            all = load.committed();
            assertEquals(0, load.inDoubt().size());
        }
        requireChecked();
        server.awaitArchived(server.switchWal());
        server.stop(PostgresServer.StopMode.IMMEDIATE);
        requireWhole(1);
        try (PostgresServer copy =
                restored("by time", "--target-time", time, "--target-action", "promote", "--blind-restore")) {
            requireSame(copy, contents, before);
        }
        move(outside, cli.path("away"));
        try (PostgresServer copy = restored("to the end", "--recover", "--restore-spec", "SOURCE")) {
            requireSame(copy, contents, all);
            String location =
                    copy.queryText("SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = 'outside'");
            assertEquals(outside.toString(), location);
        }
    }

    /** Makes a standby from a backup, backs it up while it replays, and restores that. */
    void ofAStandby() {
        server.start();
        Contents contents = Contents.make(server, outside);
        SortedSet<Long> all;
        int backups = 1;
        try (Workload load = Workload.start(server, 2, 1000)) {
            load.awaitCommits(100);
            backUp(server, contents);
            load.awaitCommits(100);
            Path directory = cli.path("standby");
            cli.run("backup-fetch", directory.toString(), "LATEST", "--blind-restore")
                    .requireSuccess();
            Recovery recovery = Recovery.of(cluster.version(), directory, cli.shellCommand("wal-fetch %f %p"))
                    .standby();
            try (PostgresServer standby = recovery.start()) {
                boolean meanwhile = false;
                while (!meanwhile) { // on a slow machine a backup may be over before the standby replays
                    assertTrue(backups < 5, "each backup was over before the standby replayed");
                    meanwhile = replayedMeanwhile(load, standby);
                    backups++;
                }
            }
            load.awaitCommits(100);
            load.stop();
            all = load.committed();
        }
        server.awaitArchived(server.switchWal());
        server.stop(PostgresServer.StopMode.IMMEDIATE);
        requireWhole(backups);
        try (PostgresServer copy = restored("of the standby", "--recover", "--blind-restore")) {
            requireSame(copy, contents, all);
        }
    }

    /** Backs a standby up, and tells whether it replayed before the end. */
    private boolean replayedMeanwhile(Workload load, PostgresServer standby) {
        server.execute("CHECKPOINT"); // each backup begins at one of its own
        replay(load, standby);
        standby.execute("CHECKPOINT");
        CliProcess.Running backup = begin(standby);
        replay(load, standby);
        boolean replayed = backup.process().isAlive();
        backup.await().requireSuccess();
        return replayed;
    }

    private void backUp(PostgresServer source, Contents contents) {
        CliProcess.Running backup = begin(source);
        contents.change();
        assertTrue(backup.process().isAlive(), "the backup was over before the cluster was changed");
        backup.await().requireSuccess();
    }

    /** Begins a slow backup, and returns when the server has started it. */
    private CliProcess.Running begin(PostgresServer source) {
        int before = backups();
        CliProcess.Running backup = cli.start(
                source,
                "backup-push",
                "--cluster-read-rate-limit",
                SLOWLY,
                source.dataDirectory().toString());
        Await.until(
                "the backup has begun",
                PATIENCE,
                () -> backups() > before || !backup.process().isAlive());
        return backup;
    }

    /** Those that have at least their claim in the archive. */
    private int backups() {
        String[] names = cli.path("archive")
                .resolve("basebackups_005")
                .toFile()
                .list((directory, name) -> name.matches("base_[0-9A-F]{24}_[0-9A-F]{8}"));
        return names == null ? 0 : names.length;
    }

    private void replay(Workload load, PostgresServer standby) {
        load.awaitCommits(100);
        SortedSet<Long> committed = load.committed();
        server.switchWal();
        Await.until(
                "the standby has replayed",
                PATIENCE,
                () -> standby.queryLong("SELECT max(id) FROM history") >= committed.last());
    }

    /** That of a release's own functions is asked, and that a segment comes back. */
    private void requireChecked() {
        String output = cli.run(
                        server,
                        "check",
                        "--timeout",
                        "120",
                        server.dataDirectory().toString())
                .output();
        for (String name : List.of("server", "rights", "cluster", "data-directory", "timeline", "round-trip")) {
            assertTrue(output.matches("(?s).*\nOK +" + name + " .*"), output);
        }
    }

    private void requireWhole(int backups) {
        String output = cli.run("verify", "--deep").requireSuccess().output();
        String whole = backups + " of " + backups + " base backups can be restored; 0 errors, 0 warnings";
        assertTrue(output.contains(whole), output);
    }

    /** Restores the newest backup for a copy that archives nothing, and starts it. */
    private PostgresServer restored(String name, String... options) {
        Path directory = cli.path(name);
        List<String> command = new ArrayList<>(List.of("backup-fetch", directory.toString(), "LATEST", "--clone"));
        command.addAll(List.of(options));
        cli.run(command.toArray(String[]::new)).requireSuccess();
        PostgresServer copy = PostgresServer.on(cluster.version(), directory, Map.of());
        try {
            copy.start();
            copy.awaitPromotion();
            return copy;
        } catch (RuntimeException | Error e) {
            copy.close();
            throw e;
        }
    }

    private void requireSame(PostgresServer copy, Contents contents, SortedSet<Long> committed) {
        assertEquals(committed, Workload.movesIn(copy));
        Workload.requireBalanced(copy);
        assertEquals(cluster.checksums() == Cluster.Checksums.ON ? "on" : "off", copy.queryText("SHOW data_checksums"));
        if (cluster.version().isAtLeast(PostgresVersion.V11)) {
            assertEquals(
                    (long) cluster.segmentMegabytes() << 20,
                    copy.queryLong("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'"));
        }
        contents.requireIn(copy);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        cli.close();
    }
}
