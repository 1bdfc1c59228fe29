package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** A recovery from files that go away in its middle, as when a file system is unmounted. */
@Timeout(280)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class UnmountedStoreIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROWS = "SELECT count(*) FROM t";
    private static final String PROMOTED = "database system is ready to accept connections";

    private final CliProcess cli = new CliProcess();
    private final Path archive = cli.path("archive");
    private final Path away = cli.path("away");
    private String middle = "";

    @AfterEach
    void close() {
        cli.close();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V18"})
    @DisplayName("a file system that is unmounted, is there again empty, or may not be read, does not end recovery")
    void fileSystem(PostgresVersion version) throws IOException {
        archive(version);
        Path directory = cli.path("restored");
        cli.run("backup-fetch", directory.toString(), "LATEST").requireSuccess();
        // what is to happen stands in a file, so that it can be another thing at each start of the server
        Path happens = cli.path("happens");
        String command = "case %f in " + middle + ") . " + happens + " ;; esac; "
                + cli.shellCommand("wal-fetch --prefetch 0 %f %p");
        Recovery recovery = Recovery.of(version, directory, command)
                .setting("recovery_target_timeline", "1")
                .override("hot_standby", "off");
        try (PostgresServer server = recovery.server()) {
            Files.writeString(happens, "mv " + archive + " " + away + "\n");
            requireStop(server);
            Files.move(away, archive);
            Files.writeString(happens, "mv " + archive + " " + away + " && mkdir " + archive + "\n");
            requireStop(server);
            Files.delete(archive);
            Files.move(away, archive);
            Files.writeString(happens, "chmod 000 " + archive + "/wal_005\n");
            requireStop(server);
            Files.setPosixFilePermissions(archive.resolve("wal_005"), PosixFilePermissions.fromString("rwx------"));
            Files.writeString(happens, ":\n");
            server.start();
            server.awaitPromotion();
            assertEquals(3000, server.queryLong(ROWS), server::log);
        }
    }

    private void archive(PostgresVersion version) {
        PostgresServer.Builder cluster =
                PostgresServer.builder(version).archiveCommand(cli.shellCommand("wal-push %p"));
        if (version.isAtLeast(PostgresVersion.V11)) {
            cluster.walSegmentMegabytes(1);
        }
        try (PostgresServer server = cluster.create()) {
            server.start();
            server.execute("CREATE TABLE t (i int)");
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            write(server);
            middle = write(server);
            server.awaitArchived(write(server));
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
    }

    private static String write(PostgresServer server) {
        server.execute("INSERT INTO t SELECT i FROM generate_series(1, 1000) i");
        return server.switchWal();
    }

    private void requireStop(PostgresServer server) {
        int before = server.log().length();
        server.launch();
        Await.until(server + " ends", PATIENCE, () -> {
            assertFalse(server.log().contains(PROMOTED), server::log);
            return !server.isRunning();
        });
        String log = server.log().substring(before);
        assertTrue(log.contains("FATAL:  could not restore file \"" + middle + "\" from archive: "), log);
        assertTrue(log.contains("exited with exit code 255"), log);
        assertTrue(log.contains("HINT"), log);
    }
}
