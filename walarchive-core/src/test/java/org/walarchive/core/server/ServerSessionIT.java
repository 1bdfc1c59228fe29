package org.walarchive.core.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.BackupPushRequest.Checkpoint;
import org.walarchive.ServerConnection;
import org.walarchive.ServerException;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresServer.StopMode;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;
import org.walarchive.postgres.WalSegmentSize;

@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ServerSessionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Long enough that a test which waits for the checkpoint fails. */
    private static final String SLOW_CHECKPOINTS = "3600";

    private static PostgresServer.Builder cluster(PostgresVersion version) {
        return PostgresServer.builder(version)
                .setting("checkpoint_timeout", SLOW_CHECKPOINTS)
                .setting("checkpoint_completion_target", "0.9");
    }

    private static ServerConnection.Builder connection(PostgresServer server) {
        return ServerConnection.builder()
                .host(server.socketDirectory().toString())
                .port(PostgresServer.PORT)
                .user(PostgresServer.SUPERUSER);
    }

    private static ServerSession open(PostgresServer server) throws Exception {
        return ServerSession.open(connection(server).build());
    }

    @ParameterizedTest
    @EnumSource(from = "V9_6")
    void tellsAboutTheCluster(PostgresVersion version) throws Exception {
        int megabytes = version.isAtLeast(PostgresVersion.V13) ? 64 : 16;
        try (PostgresServer server =
                cluster(version).walSegmentMegabytes(megabytes).create()) {
            server.start();
            try (ServerSession session = open(server)) {
                assertEquals(server.queryLong("SHOW server_version_num"), session.versionNumber());
                assertTrue(session.versionText().startsWith("PostgreSQL " + version.number() + "."));
                assertEquals(ControlFile.read(server.dataDirectory()).systemIdentifier(), session.systemIdentifier());
                assertEquals(1, session.timeline().value());
                assertEquals(Optional.of(server.dataDirectory()), session.dataDirectory());
                assertFalse(session.inRecovery());
                assertEquals(WalSegmentSize.ofBytes((long) megabytes << 20), session.walSegmentSize());
                assertEquals(Optional.of("replica"), session.setting("wal_level"));
                assertEquals(Optional.empty(), session.setting("no_such_setting"));
                assertEquals(Optional.of("0"), session.setting("statement_timeout"));
                assertEquals(Optional.of("walarchive"), session.setting("application_name"));
                assertEquals(Optional.of("pg_catalog"), session.setting("search_path"));
                assertEquals("archive_mode is off, archived 0; failed 0", session.archiverState());
                session.ping();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(from = "V9_6")
    void startsAndStopsABackup(PostgresVersion version, @TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path tablespace = Files.createDirectory(directory.resolve("table space"));
        OrdinaryUser.give(tablespace);
        String label = "it's Grün \\ nightly \"1\" ?";
        try (PostgresServer server = cluster(version).create()) {
            server.start();
            server.execute("CREATE TABLESPACE t LOCATION '" + tablespace + "'");
            long oid = server.queryLong("SELECT oid FROM pg_tablespace WHERE spcname = 't'");
            try (ServerSession session = open(server)) {
                BackupStart start = session.startBackup(label, Checkpoint.FAST);
                assertFalse(Files.exists(server.dataDirectory().resolve("backup_label")));
                server.execute("CREATE TABLE u AS SELECT generate_series(1, 1000)");
                BackupStop stop = session.stopBackup();

                assertTrue(stop.lsn().compareTo(start.lsn()) > 0);
                String text = new String(stop.labelFile(), StandardCharsets.UTF_8);
                assertTrue(text.startsWith("START WAL LOCATION: " + start.lsn() + " (file 0000000100000000"), text);
                assertTrue(text.contains("\nLABEL: " + label + "\n"), text);
                assertEquals(oid + " " + tablespace + "\n", new String(stop.tablespaceMap(), StandardCharsets.UTF_8));
                session.startBackup("again", Checkpoint.FAST);
                session.stopBackup();
                assertThrows(IllegalStateException.class, session::stopBackup);
            }
        }
    }

    /** A session whose client encoding is UTF-8 would get another é than the database has. */
    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V10", "V18"})
    void returnsTheBytesOfTheServersEncoding(PostgresVersion version) throws Exception {
        try (PostgresServer server = cluster(version).encoding("LATIN1").create()) {
            server.start();
            try (ServerSession session = open(server)) {
                session.startBackup("café", Checkpoint.FAST);
                BackupStop stop = session.stopBackup();
                String text = new String(stop.labelFile(), StandardCharsets.ISO_8859_1);
                assertTrue(text.contains("\nLABEL: café\n"), text);
                assertArrayEquals(new byte[0], stop.tablespaceMap());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V14", "V15", "V18"})
    void anInterruptEndsASpreadCheckpoint(PostgresVersion version) throws Exception {
        try (PostgresServer server = cluster(version).create()) {
            server.start();
            makeDirtyPages(server);
            ServerSession session = open(server);
            FutureTask<Throwable> task = new FutureTask<>(() ->
                    assertThrows(InterruptedException.class, () -> session.startBackup("slow", Checkpoint.SPREAD)));
            Thread thread = new Thread(task);
            thread.start();
            awaitBackupStarting(server);
            long before = System.nanoTime();
            thread.interrupt();
            task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertTrue(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before) < 20);
            awaitNoSession(server);
            assertThrows(ServerException.class, session::ping);
            session.close();
            requireBackupWorks(server);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V10", "V18"})
    void anotherThreadAborts(PostgresVersion version) throws Exception {
        try (PostgresServer server = cluster(version).create()) {
            server.start();
            makeDirtyPages(server);
            ServerSession session = open(server);
            CompletableFuture<BackupStart> start = CompletableFuture.supplyAsync(() -> {
                try {
                    return session.startBackup("slow", Checkpoint.SPREAD);
                } catch (ServerException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            awaitBackupStarting(server);
            session.close();
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> start.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            ServerException cause =
                    assertInstanceOf(ServerException.class, failure.getCause().getCause());
            assertEquals(Optional.of("the session was aborted"), cause.detail());
            awaitNoSession(server);
            session.close();
            session.abort();
        }
    }

    @ParameterizedTest
    @EnumSource(from = "V9_6")
    void closingGivesTheBackupUp(PostgresVersion version) throws Exception {
        try (PostgresServer server = cluster(version).create()) {
            server.start();
            try (ServerSession session = open(server)) {
                session.startBackup("given up", Checkpoint.FAST);
            }
            requireBackupWorks(server);
            awaitNoSession(server);
            assertTrue(server.log().contains("aborting backup due to backend exiting"), server.log());
        }
    }

    /** Exclusive backups are all that 9.5 and older have; the releases to 14 have them too. */
    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V14"})
    void exclusiveBackupsAreStoppedOrGivenUp(PostgresVersion version) throws Exception {
        try (PostgresServer server = cluster(version).create()) {
            server.start();
            Path label = server.dataDirectory().resolve("backup_label");
            ServerConnection connection = connection(server).build();
            for (int i = 0; i < 2; i++) {
                try (ServerSession session = ServerSession.open(connection, Optional.of(BackupFunctions.EXCLUSIVE))) {
                    session.startBackup("given up", Checkpoint.FAST);
                    assertTrue(Files.exists(label));
                }
                assertFalse(Files.exists(label));
            }
            try (ServerSession session = ServerSession.open(connection, Optional.of(BackupFunctions.EXCLUSIVE))) {
                session.startBackup("kept", Checkpoint.FAST);
                byte[] content = Files.readAllBytes(label);
                try (ServerSession other = ServerSession.open(connection, Optional.of(BackupFunctions.EXCLUSIVE))) {
                    assertThrows(ServerException.class, () -> other.startBackup("second", Checkpoint.FAST));
                }
                assertArrayEquals(content, Files.readAllBytes(label));
                assertArrayEquals(content, session.stopBackup().labelFile());
                assertFalse(Files.exists(label));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V10", "V18"})
    void aStandbyCanBeAskedToo(PostgresVersion version, @TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path data = directory.resolve("data");
        try (PostgresServer primary = cluster(version).create()) {
            primary.start();
            makeDirtyPages(primary);
            primary.stop(StopMode.IMMEDIATE);
            Files.move(primary.dataDirectory(), data);
        }
        try (PostgresServer standby =
                Recovery.of(version, data, "false").standby().start()) {
            try (ServerSession session = open(standby)) {
                assertTrue(session.inRecovery());
                session.startBackup("of a standby", Checkpoint.FAST);
                String label = new String(session.stopBackup().labelFile(), StandardCharsets.UTF_8);
                assertTrue(label.contains("BACKUP FROM: standby"), label);
            }
            standby.promote();
            try (ServerSession session = open(standby)) {
                assertEquals(2, session.writtenTimeline().value(), "before the checkpoint");
            }
            standby.execute("CHECKPOINT");
            try (ServerSession session = open(standby)) {
                assertEquals(2, session.timeline().value());
                assertFalse(session.inRecovery());
            }
        }
    }

    private static void makeDirtyPages(PostgresServer server) {
        server.execute("CREATE TABLE dirty AS SELECT i, repeat('x', 500) FROM generate_series(1, 10000) i");
    }

    private static void awaitBackupStarting(PostgresServer server) {
        String sql =
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'walarchive' AND state = 'active' AND query LIKE"
                        + " 'SELECT pg%start%'";
        Await.until("the backup is starting", PATIENCE, () -> server.queryLong(sql) == 1);
    }

    private static void awaitNoSession(PostgresServer server) {
        String sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'walarchive'";
        Await.until("the session is gone", PATIENCE, () -> server.queryLong(sql) == 0);
    }

    private static void requireBackupWorks(PostgresServer server) throws Exception {
        try (ServerSession session = open(server)) {
            session.startBackup("next", Checkpoint.FAST);
            assertTrue(session.stopBackup().labelFile().length > 0);
        }
    }
}
