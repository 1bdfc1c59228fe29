package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/** Ten thousand keys, as an archive has them, in pages of the size that stores have by default. */
@Timeout(300)
abstract class ManyKeysContract {

    private static final int SEGMENTS = 5000;
    private static final int BACKUPS = 1250;
    private static final int PARTITIONS = 4;
    private static final int WRITERS = 16;
    private static final int ROUNDS = 4;

    /**
     * What lists may hold in memory: a page is a twentieth of it, and all pages of the rounds would be twice as much. What a server that runs in
     * the same process keeps for itself is in it, too.
     */
    private static final long GROWTH_BYTES = 6 << 20;

    /** Opens an empty store, with default settings but for the address. */
    abstract BlobStore open() throws StoreException;

    private static List<String> keys() {
        // Long names, so that their number shows in memory.
        String filler = "x".repeat(150);
        Stream<String> segments =
                IntStream.range(0, SEGMENTS).mapToObj(i -> String.format("wal_005/%024X.%s.lzo", i, filler));
        Stream<String> partitions = IntStream.range(0, BACKUPS * PARTITIONS)
                .mapToObj(i -> String.format("%s%s/part_%d.tar.lzo", backup(i / PARTITIONS), filler, i % PARTITIONS));
        return Stream.concat(partitions, segments).toList();
    }

    private static String backup(int number) {
        return String.format("basebackups_005/base_%024X/", number);
    }

    private static void putAll(BlobStore store, List<String> keys) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Callable<PutResult>> puts = keys.stream()
                    .map(key -> (Callable<PutResult>)
                            () -> store.put(key, BlobSource.of(new byte[] {'x'}), PutMode.OVERWRITE))
                    .toList();
            for (Future<PutResult> put : threads.invokeAll(puts)) {
                assertEquals(PutResult.WRITTEN, put.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Lists page by page and returns how many there were. */
    private static int list(BlobStore store, String prefix, ListDepth depth, Consumer<ListPage> reader)
            throws StoreException {
        int pages = 0;
        String token = null;
        do {
            ListPage page = store.list(prefix, depth, token);
            reader.accept(page);
            pages++;
            token = page.nextPageToken().orElse(null);
        } while (token != null);
        return pages;
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    @DisplayName("10,000 keys are put, listed page by page in order without filling memory, and deleted")
    void tenThousandKeys() throws Exception {
        List<String> keys = keys();
        try (BlobStore store = open()) {
            putAll(store, keys);
            List<String> listed = new ArrayList<>();
            int pages = list(
                    store,
                    "",
                    ListDepth.ALL,
                    page -> page.blobs().stream().map(BlobInfo::key).forEach(listed::add));
            assertEquals(keys, listed);
            assertTrue(pages >= 10, () -> pages + " pages");
            listed.clear();
            assertFlat(store, keys.size());
            assertImmediate(store);
            store.delete(keys);
            list(store, "", ListDepth.ALL, page -> assertEquals(List.of(), page.blobs()));
        }
    }

    private static void assertFlat(BlobStore store, int size) throws StoreException {
        long before = usedBytes();
        for (int round = 0; round < ROUNDS; round++) {
            List<Integer> sizes = new ArrayList<>();
            list(store, "", ListDepth.ALL, page -> {
                sizes.add(page.blobs().size());
                long growth = usedBytes() - before;
                assertTrue(growth < GROWTH_BYTES, () -> sizes.size() + " pages took " + growth + " bytes");
            });
            assertEquals(size, sizes.stream().mapToInt(Integer::intValue).sum());
        }
    }

    private static void assertImmediate(BlobStore store) throws StoreException {
        List<String> prefixes = new ArrayList<>();
        list(store, "", ListDepth.IMMEDIATE, page -> {
            assertEquals(List.of(), page.blobs());
            prefixes.addAll(page.prefixes());
        });
        assertEquals(List.of("basebackups_005/", "wal_005/"), prefixes);
        prefixes.clear();
        int pages = list(store, "basebackups_005/base_", ListDepth.IMMEDIATE, page -> {
            assertEquals(List.of(), page.blobs());
            prefixes.addAll(page.prefixes());
        });
        assertEquals(
                IntStream.range(0, BACKUPS).mapToObj(ManyKeysContract::backup).collect(Collectors.toList()), prefixes);
        assertTrue(pages >= 2, () -> pages + " pages");
        List<String> segments = new ArrayList<>();
        list(store, "wal_005/", ListDepth.IMMEDIATE, page -> {
            assertEquals(List.of(), page.prefixes());
            page.blobs().forEach(blob -> segments.add(blob.key()));
        });
        assertEquals(SEGMENTS, segments.size());
    }
}
