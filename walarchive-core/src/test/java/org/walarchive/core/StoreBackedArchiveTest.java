package org.walarchive.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ArchiveConfig;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.RestoreRequest;
import org.walarchive.StoreAccessException;
import org.walarchive.WalArchive;
import org.walarchive.core.wal.ControlFileBuilder;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.MemoryBlobStore;
import org.walarchive.store.tck.StoreOperation;

/** A store that answers no call, and the system's clock. */
@Timeout(60)
final class StoreBackedArchiveTest {

    private static final String NAME = "000000010000000000000029";

    @TempDir
    Path directory;

    private static WalArchive stalled() throws Exception {
        FaultRule.Calls[] calls = {
            FaultRule.on(StoreOperation.PUT), FaultRule.on(StoreOperation.GET), FaultRule.on(StoreOperation.LIST)
        };
        FaultRule[] rules = new FaultRule[calls.length];
        for (int i = 0; i < calls.length; i++) {
            rules[i] = calls[i].everyNth(1).slow(Duration.ofHours(1));
        }
        return open(new FaultyBlobStore(MemoryBlobStore.create(), rules), Duration.ofMillis(500));
    }

    private static WalArchive open(BlobStore store, Duration deadline) throws Exception {
        return StoreBackedArchive.open(ArchiveConfig.builder("memory://m/x")
                .commandDeadline(deadline)
                .storeProvider(new BlobStoreProvider() {
                    @Override
                    public Set<String> schemes() {
                        return Set.of("memory");
                    }

                    @Override
                    public BlobStore open(StoreLocation location, StoreSettings settings) {
                        return store;
                    }
                })
                .build());
    }

    @Test
    void everyCommandHasADeadline() throws Exception {
        Path segment = SegmentBuilder.segment(NAME).in(directory);
        WalFileName name = WalFileName.parse(NAME);
        try (WalArchive archive = stalled()) {
            ends("archiving of " + NAME, () -> archive.wal().push(segment));
            ends("fetch of " + NAME, () -> archive.wal().fetch(name, directory.resolve("x")));
            ends("list of the base backups", () -> archive.backups().list(ListDetail.NAMES));
            ends(
                    "restore of backup LATEST",
                    () -> archive.backups()
                            .fetch(RestoreRequest.builder(directory.resolve("y"))
                                    .build()));
        }
    }

    @Test
    void aPushAfterRecoveryRemovesWhatAKilledPrefetchLeft() throws Exception {
        Path wal = Files.createDirectory(directory.resolve("pg_wal"));
        Path area = Files.createDirectories(wal.resolve(".walarchive/prefetch"));
        Files.createFile(area.resolve("000000010000000000000028"));
        ControlFileBuilder.write(directory, SegmentBuilder.CLUSTER, new byte[32]);
        try (WalArchive archive = open(MemoryBlobStore.create(), Duration.ofMinutes(1))) {
            archive.wal().push(SegmentBuilder.segment(NAME).in(wal));
        }
        assertFalse(Files.exists(area));
    }

    private static void ends(String doing, Executable command) {
        StoreAccessException e = assertThrows(StoreAccessException.class, command);
        String all = e.getMessage() + e.detail();
        // on a slow machine the time may be over before the first call, which is not made then
        assertTrue(
                all.startsWith(doing + " did not end within the command deadline of 0.5 s")
                        || all.contains("the command deadline of 0.5 s has passed before the "),
                all);
        assertTrue(e.hint().isPresent());
        assertFalse(Thread.currentThread().isInterrupted());
    }
}
