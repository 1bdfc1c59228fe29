package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupResult;
import org.walarchive.RestoreRequest;
import org.walarchive.ServerConnection;
import org.walarchive.StoreAccessException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

/** The time of a base backup or a restore is over while it works. */
@Timeout(120)
final class BackupDeadlineIT {

    private static final Duration LIMIT = Duration.ofHours(1);

    @TempDir
    Path directory;

    private ArchiveFixture fixture = new ArchiveFixture();

    @AfterEach
    void noInterruptIsLeft() {
        assertFalse(Thread.interrupted());
    }

    private ArchiveStore archive(FaultRule... rules) {
        return fixture.archive(
                fixture.config("lz4").poolSize(3).partitionSizeBytes(1 << 20).commandDeadline(LIMIT),
                new FaultyBlobStore(fixture.memory(), rules));
    }

    private BackupResult push(BackupPushRequest request, FaultRule... rules) throws Exception {
        return archive(rules).command("base backup", context -> new BackupPush(context).push(request));
    }

    private void pass() {
        fixture.time().advance(LIMIT);
    }

    private static void requireOutOfTime(StoreAccessException e) {
        String all = e.getMessage() + e.detail();
        assertTrue(all.contains("the command deadline of 3600.0 s"), all);
        assertTrue(e.hint().orElseThrow().contains("WALARCHIVE_COMMAND_DEADLINE"), e.hint()::toString);
        assertFalse(Thread.currentThread().isInterrupted());
    }

    private static BackupPushRequest offline(Path data) {
        return BackupPushRequest.builder(data)
                .mode(BackupPushRequest.Mode.OFFLINE)
                .build();
    }

    private List<String> backupKeys() throws Exception {
        return fixture.keys(ArchiveLayout.BASE_BACKUPS);
    }

    @Test
    void atAnyCallItLeavesNoBackupAndTheNextOneSucceeds() throws Exception {
        try (PostgresServer cluster = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create()) {
            BackupPushRequest request = offline(DataDirectories.make(cluster.dataDirectory(), directory.resolve("d")));
            int ended = 0;
            for (StoreOperation operation :
                    new StoreOperation[] {StoreOperation.PUT, StoreOperation.GET, StoreOperation.LIST}) {
                for (int call = 1; call <= 7; call += 2) {
                    fixture = new ArchiveFixture();
                    try {
                        push(request, FaultRule.on(operation).call(call).runBefore(this::pass));
                        // the time was over when nothing was left to wait for, or was not over at all
                        assertEquals(1, sentinels());
                    } catch (StoreAccessException e) {
                        ended++;
                        requireOutOfTime(e);
                        assertEquals(List.of(), backupKeys(), operation + " " + call);
                        push(request);
                    }
                }
            }
            assertTrue(ended >= 6, "ended " + ended + " times");
        }
    }

    private long sentinels() throws Exception {
        return backupKeys().stream()
                .filter(key -> key.endsWith("sentinel.json"))
                .count();
    }

    @Test
    void transfersAreBrokenOffAndWhatTheyLeftIsDeletedThoughTheStoreFailsMeanwhile() throws Exception {
        try (PostgresServer cluster = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create()) {
            BackupPushRequest request = offline(DataDirectories.make(cluster.dataDirectory(), directory.resolve("d")));
            StoreAccessException e = assertThrows(
                    StoreAccessException.class,
                    () -> push(
                            request,
                            FaultRule.on(StoreOperation.PUT)
                                    .keys(key -> key.contains("part_00000001"))
                                    .stallAt(1000),
                            FaultRule.on(StoreOperation.PUT)
                                    .keys(key -> key.contains("part_00000002"))
                                    .runBefore(this::pass),
                            FaultRule.on(StoreOperation.DELETE).call(2).fail(Kind.UNAVAILABLE)));
            requireOutOfTime(e);
            assertEquals(List.of(), backupKeys());

            push(request);
            Path target = directory.resolve("target");
            requireOutOfTime(assertThrows(
                    StoreAccessException.class,
                    () -> archive(FaultRule.on(StoreOperation.GET).call(3).runBefore(this::pass))
                            .command(
                                    "restore",
                                    context -> new BackupFetch(context)
                                            .fetch(RestoreRequest.builder(target)
                                                    .build()))));
            assertFalse(Files.exists(target.resolve("global/pg_control")));
        }
    }

    /** 9.6 and 14 have exclusive backups too, which outlive a session; 17 has none. */
    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V14", "V17"})
    void theBackupIsEndedOnTheServer(PostgresVersion version) throws Exception {
        try (PostgresServer server =
                PostgresServer.builder(version).archiveCommand("exit 0").create()) {
            server.start();
            BackupPushRequest request = BackupPushRequest.builder(server.dataDirectory())
                    .server(ServerConnection.builder()
                            .host(server.socketDirectory().toString())
                            .port(PostgresServer.PORT)
                            .user(PostgresServer.SUPERUSER)
                            .build())
                    .withoutWalWait()
                    .build();
            requireOutOfTime(assertThrows(
                    StoreAccessException.class,
                    () -> push(
                            request,
                            FaultRule.on(StoreOperation.PUT)
                                    .keys(key -> key.contains("part_00000001"))
                                    .runBefore(this::pass))));
            assertEquals(List.of(), backupKeys());
            Await.until(
                    "the backup's session ends",
                    Duration.ofSeconds(60),
                    () -> server.queryLong(
                                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'walarchive'")
                            == 0);
            push(request);
            assertEquals(1, sentinels());
        }
    }
}
