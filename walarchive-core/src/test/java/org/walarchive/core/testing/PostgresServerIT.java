package org.walarchive.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresServer.StopMode;

@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class PostgresServerIT {

    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V12", "V18"})
    void startsStopsAndLeavesNothing(PostgresVersion version) {
        Path data;
        try (PostgresServer server = PostgresServer.builder(version)
                .setting("search_path", "it's, \"a\\b\"")
                .create()) {
            data = server.dataDirectory();
            server.start();
            String number = server.queryText("SHOW server_version");
            assertTrue(number.startsWith(version.number() + "."), number);
            assertEquals("it's, \"a\\b\"", server.queryText("SHOW search_path"));
            server.stop(StopMode.FAST);
            server.start();
            server.kill();
            assertFalse(server.isRunning());
        }
        assertFalse(Files.exists(data));
    }

    /** A copy of the whole, stopped directory, and the WAL since from an archive, must give every commit. */
    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V18"})
    void recoversFromAnArchive(PostgresVersion version, @TempDir Path directory) throws Exception {
        TestFiles.permit(directory, "rwxr-xr-x");
        Path archive = Files.createDirectory(directory.resolve("ar chive"));
        Path copy = directory.resolve("copy");
        OrdinaryUser.give(archive);
        try (PostgresServer server = PostgresServer.builder(version)
                .archiveCommand("cp \"%p\" '" + archive + "/%f'")
                .create()) {
            // the first start writes into the control file with which settings the WAL is made
            server.start();
            server.stop(StopMode.FAST);
            TestFiles.run(List.of("cp", "-a", server.dataDirectory().toString(), copy.toString()), directory, () -> "");
            SortedSet<Long> committed;
            server.start();
            try (Workload workload = Workload.start(server, 2, 100)) {
                workload.awaitCommits(100);
                workload.stop();
                committed = workload.committed();
                assertEquals(Set.of(), workload.inDoubt());
            }
            server.awaitArchived(server.switchWal());
            String restore = "cp '" + archive + "/%f' \"%p\"";
            try (PostgresServer restored = Recovery.of(version, copy, restore).start()) {
                assertEquals(committed, Workload.movesIn(restored));
                assertTrue(committed.size() >= 100);
                Workload.requireBalanced(restored);
                assertEquals("off", restored.queryText("SHOW archive_mode"));
                restored.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1");
                assertThrows(AssertionError.class, () -> Workload.requireBalanced(restored));
            }
        }
    }
}
