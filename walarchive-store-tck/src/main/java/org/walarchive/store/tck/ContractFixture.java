package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/** What a leaf provides, the quirks it may declare, and what the tests share. */
abstract class ContractFixture {

    static final byte[] OLD = "the old content".getBytes(StandardCharsets.UTF_8);
    static final byte[] NEW = "content that is new".getBytes(StandardCharsets.UTF_8);
    static final List<String> INVALID_KEYS = List.of(
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "./a",
            "a/.",
            "a/./b",
            "../a",
            "a/../b",
            "a/..",
            "a\0b",
            "a\nb",
            "a\u0085b",
            "\uD800",
            "x".repeat(901));

    private final Queue<BlobStore> opened = new ConcurrentLinkedQueue<>();

    /**
     * Opens a store. Within one test (one object of this class) every call opens the same location, which is empty when
     * the test begins; the contract closes the stores.
     *
     * @return a new store
     * @throws StoreException if it cannot be opened
     */
    protected abstract BlobStore open() throws StoreException;

    /**
     * Opens a store whose bucket, container or root directory does not exist.
     *
     * @return a new store
     * @throws StoreException if it cannot be opened
     */
    protected abstract BlobStore openWithoutContainer() throws StoreException;

    /**
     * Returns how many small blobs make a list of more than one page. Default 12: open stores with pages of at most 11.
     *
     * <p>Reason to override: a service whose page size cannot be set.
     *
     * @return a number of blobs
     */
    protected int blobsForTwoPages() {
        return 12;
    }

    /**
     * Returns why the store refuses a key such as {@code a/b} while there is a blob {@code a}, and the other way round.
     * Default empty: it takes both. A store that refuses does so with {@link StoreException.Kind#INVALID} and changes
     * nothing.
     *
     * <p>Reason to override: a file system, where {@code a} cannot be a file and a directory.
     *
     * @return the reason, or empty
     */
    protected Optional<String> refusesKeyBelowBlob() {
        return Optional.empty();
    }

    /**
     * Returns why the target of this leaf does not list a key such as {@code a/b} while there is a blob {@code a}, though it
     * takes both. Default empty. Either blob is still read as it was put.
     *
     * <p>Reason to override: an emulator that, unlike the service, walks directories.
     *
     * @return the reason, or empty
     */
    protected Optional<String> hidesKeyBelowBlob() {
        return Optional.empty();
    }

    /**
     * Returns why a put may fail on the target of this leaf while the only other blob of the same directory is deleted. Default
     * empty.
     *
     * <p>Reason to override: an emulator that, unlike the service, has directories, and removes them with their last blob.
     *
     * @return the reason, or empty
     */
    protected Optional<String> removesDirectories() {
        return Optional.empty();
    }

    /**
     * Returns the longest component of a key that the store takes, in bytes of UTF-8. Default: no limit but that of the
     * key. Longer ones are refused with {@link StoreException.Kind#INVALID}.
     *
     * <p>Reason to override: a file system's limit on names.
     *
     * @return a number of bytes
     */
    protected int longestComponentBytes() {
        return Integer.MAX_VALUE;
    }

    /**
     * Returns component names that the target of this leaf cannot hold, with the reason of each. Default empty.
     *
     * <p>Reason to override: an emulator that, unlike the service, mangles a name.
     *
     * @return reasons by name
     */
    protected Map<String, String> unsupportedNames() {
        return Map.of();
    }

    /**
     * Returns how far the store's clock and its rounding may take a time of modification from this machine's clock.
     * Default 5 seconds.
     *
     * <p>Reason to override: a service whose clock differs.
     *
     * @return a duration
     */
    protected Duration clockTolerance() {
        return Duration.ofSeconds(5);
    }

    @AfterEach
    void closeStores() {
        Thread.interrupted();
        opened.forEach(BlobStore::close);
    }

    /** Opens a store that is closed after the test. */
    final BlobStore store() throws StoreException {
        BlobStore store = open();
        opened.add(store);
        return store;
    }

    /** Opens a store without container that is closed after the test. */
    final BlobStore storeWithoutContainer() throws StoreException {
        BlobStore store = openWithoutContainer();
        opened.add(store);
        return store;
    }

    static byte[] randomBytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static void put(BlobStore store, String key) throws IOException {
        put(store, key, key.getBytes(StandardCharsets.UTF_8));
    }

    static void put(BlobStore store, String key, byte[] content) throws IOException {
        assertEquals(PutResult.WRITTEN, store.put(key, BlobSource.of(content), PutMode.OVERWRITE));
    }

    static byte[] read(BlobStore store, String key) throws IOException {
        try (BlobContent content = store.get(key)) {
            byte[] bytes = content.stream().readAllBytes();
            content.sizeBytes().ifPresent(size -> assertEquals(size, bytes.length, "size of " + key));
            return bytes;
        }
    }

    static void assertContent(BlobStore store, String key, byte[] expected) throws IOException {
        assertArrayEquals(expected, read(store, key), "content of " + key);
    }

    static void assertAbsent(BlobStore store, String key) throws StoreException {
        assertFails(StoreException.Kind.NOT_FOUND, () -> store.get(key));
        assertTrue(!keys(store, key).contains(key), () -> key + " is listed");
    }

    static StoreException assertFails(StoreException.Kind kind, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertEquals(kind, failure.kind(), () -> "kind of: " + failure);
        return failure;
    }

    /** The keys of all pages, which are checked to be ascending and without doubles. */
    static List<String> keys(BlobStore store, String prefix) throws StoreException {
        return pages(store, prefix, ListDepth.ALL).stream()
                .flatMap(page -> page.blobs().stream())
                .map(BlobInfo::key)
                .toList();
    }

    static List<ListPage> pages(BlobStore store, String prefix, ListDepth depth) throws StoreException {
        List<ListPage> pages = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            ListPage page = store.list(prefix, depth, token.orElse(null));
            pages.add(page);
            token = page.nextPageToken();
            assertTrue(pages.size() < 10_000, "the pages do not end");
        } while (token.isPresent());
        assertAscending(pages.stream()
                .flatMap(page -> page.blobs().stream())
                .map(BlobInfo::key)
                .toList());
        assertAscending(pages.stream().flatMap(page -> page.prefixes().stream()).toList());
        return pages;
    }

    static void assertAscending(List<String> keys) {
        for (int i = 1; i < keys.size(); i++) {
            String before = keys.get(i - 1);
            String after = keys.get(i);
            assertTrue(
                    MemoryContainer.KEY_ORDER.compare(before, after) < 0,
                    () -> "\"" + after + "\" is listed after \"" + before + "\"");
        }
    }

    static List<String> sorted(List<String> keys) {
        return keys.stream().sorted(MemoryContainer.KEY_ORDER).toList();
    }

    /** Runs the tasks at the same moment, each in a thread of its own, and returns their results in order. */
    static <T> List<T> together(List<? extends Callable<T>> tasks) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Callable<T>> started = new ArrayList<>();
            for (Callable<T> task : tasks) {
                started.add(() -> {
                    start.await();
                    return task.call();
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(started)) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
