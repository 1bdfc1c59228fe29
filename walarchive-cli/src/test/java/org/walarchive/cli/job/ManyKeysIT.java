package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.ArchiveConfig;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.WalArchive;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.PutMode;

/**
 * An archive of many objects on a real service. {@code -Dwalarchive.test.keys=100000} says how many; the times are printed.
 */
@EnabledIfEnvironmentVariable(named = MinioJobIT.ADDRESS, matches = ".+", disabledReason = S3Server.HOW_TO_START)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ManyKeysIT {

    private static final int KEYS = Integer.getInteger("walarchive.test.keys", 5_000);
    private static final int BACKUPS = 20;
    private static final int THREADS = 32;

    private final S3Server server = S3Server.ofVariable(MinioJobIT.ADDRESS);

    private static String segment(int number) {
        return String.format("00000001%08X%08X", number / 256, number % 256);
    }

    private static void fill(BlobStore store) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int first = 0; first < THREADS; first++) {
            int offset = first;
            all.add(threads.submit(() -> {
                for (int number = 1 + offset; number <= KEYS; number += THREADS) {
                    put(store, "wal_005/" + segment(number) + ".lzo", "x");
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
        threads.shutdown();
        for (int i = 1; i <= BACKUPS; i++) {
            String base = "basebackups_005/base_" + segment(i * (KEYS / (BACKUPS + 1))) + "_00000040";
            put(store, base + "/extended_version.txt", "PostgreSQL");
            put(store, base + "/tar_partitions/part_00000000.tar.lzo", "x");
            put(store, base + "_backup_stop_sentinel.json", "{}");
        }
    }

    private static void put(BlobStore store, String key, String content) throws IOException {
        store.put(key, BlobSource.of(content.getBytes(StandardCharsets.US_ASCII)), PutMode.OVERWRITE);
    }

    private static BlobStore open(ArchiveConfig config) throws IOException {
        for (BlobStoreProvider provider : ServiceLoader.load(BlobStoreProvider.class)) {
            if (provider.schemes().contains(config.location().scheme())) {
                return provider.open(config.location(), config.storeSettings());
            }
        }
        throw new AssertionError("there is no store for " + config.location());
    }

    @Test
    @DisplayName("a deletion of nearly all objects leaves what the newest backup needs")
    void deletesNearlyAll() throws Exception {
        Map<String, String> environment = server.environment(server.newBucket());
        ArchiveConfig config = ArchiveConfig.fromEnvironment(environment);
        try (BlobStore store = open(config)) {
            fill(store);
        }
        try (WalArchive archive = WalArchive.open(config)) {
            long begin = System.nanoTime();
            assertEquals(BACKUPS, archive.backups().list(ListDetail.NAMES).size());
            long listed = System.nanoTime();
            DeletionPlan plan = archive.retention().plan(new DeletionPolicy.Retain(1));
            long planned = System.nanoTime();
            DeletionResult result = archive.retention().execute(plan);
            long end = System.nanoTime();
            System.out.println("keys=" + KEYS + " list_ms=" + millis(begin, listed) + " plan_ms="
                    + millis(listed, planned) + " deleted=" + result.deletedObjects() + " execute_ms="
                    + millis(planned, end));
            long segments = (long) BACKUPS * (KEYS / (BACKUPS + 1)) - 1;
            assertEquals(segments + (BACKUPS - 1) * 3L, result.deletedObjects());
            assertTrue(result.failures().isEmpty());
            DeletionPlan.Totals left =
                    archive.retention().plan(new DeletionPolicy.Retain(1)).totals();
            assertEquals(0, left.goingObjects());
            assertEquals(KEYS - segments + 3, left.stayingObjects());
        }
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }
}
