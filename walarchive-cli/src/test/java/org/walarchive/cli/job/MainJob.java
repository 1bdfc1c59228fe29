package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.SortedSet;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.core.testing.Workload;

/** Archive under load, back up, crash, restore, compare: what everything else is for. */
record MainJob(CliProcess cli, PostgresVersion version) {

    void run() {
        SortedSet<Long> committed;
        SortedSet<Long> inDoubt;
        try (PostgresServer server = PostgresServer.builder(version)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            try (Workload workload = Workload.start(server, 2, 1000)) {
                workload.awaitCommits(100);
                cli.run(server, "backup-push", server.dataDirectory().toString())
                        .requireSuccess();
                workload.awaitCommits(100);
                workload.stop();
                committed = workload.committed();
                inDoubt = workload.inDoubt();
            }
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        requireRestorable(committed, inDoubt);
    }

    private void requireRestorable(SortedSet<Long> committed, SortedSet<Long> inDoubt) {
        Path directory = cli.path("restored-" + version);
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        Recovery recovery = Recovery.of(version, directory, cli.shellCommand("wal-fetch %f %p"));
        try (PostgresServer restored = recovery.start()) {
            SortedSet<Long> found = Workload.movesIn(restored);
            assertTrue(found.containsAll(committed), "rows are missing");
            found.removeAll(committed);
            found.removeAll(inDoubt);
            assertTrue(found.isEmpty(), () -> "rows that were never committed: " + found);
            Workload.requireBalanced(restored);
        }
    }
}
