package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.CorruptArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.MemoryBlobStore;
import org.walarchive.store.tck.MemoryStoreProvider;
import org.walarchive.store.tck.StoreOperation;

/** No wait is real: the retry's clock moves when it sleeps. */
final class RetryingStoreTest {

    private static final byte[] BYTES = "content".getBytes(StandardCharsets.US_ASCII);

    private final MemoryBlobStore memory = MemoryBlobStore.create();
    private final List<String> told = new ArrayList<>();

    private RetryingStore retrying(FaultRule... rules) {
        return new RetryingStore(new FaultyBlobStore(memory, rules), retry());
    }

    private Retry retry() {
        return new Retry(
                Duration.ofSeconds(60),
                CommandDeadline.none(),
                event -> told.add(((ArchiveEvent.Retrying) event).operation()),
                new Retry.Surroundings(new SplittableRandom(1), new ManualTime(), () -> 0, NOPLogger.NOP_LOGGER));
    }

    @Test
    void everyOperationIsRepeated() throws Exception {
        BlobStore store = retrying(
                FaultRule.on(StoreOperation.PUT).calls(1, 2).fail(Kind.UNAVAILABLE),
                FaultRule.on(StoreOperation.GET).calls(1, 2).fail(Kind.THROTTLED),
                FaultRule.on(StoreOperation.LIST).call(1).fail(Kind.CORRUPT),
                FaultRule.on(StoreOperation.DELETE).call(1).failAfterwards(Kind.UNAVAILABLE));
        assertEquals(PutResult.WRITTEN, store.put("a/b", BlobSource.of(BYTES), PutMode.IF_ABSENT));
        try (BlobContent content = store.get("a/b")) {
            assertArrayEquals(BYTES, content.stream().readAllBytes());
        }
        assertEquals(1, store.list("a/", ListDepth.ALL, null).blobs().size());
        store.delete(List.of("a/b", "c"));
        assertEquals(0, memory.list("", ListDepth.ALL, null).blobs().size());
        assertEquals(
                List.of("put of a/b", "put of a/b", "get of a/b", "get of a/b", "list of a/", "delete of 2 keys"),
                told);
    }

    @Test
    void aLostReplyMayLookLikeSomebodyElsesBlob() throws Exception {
        BlobStore store = retrying(FaultRule.on(StoreOperation.PUT).call(1).failAfterwards(Kind.UNAVAILABLE));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("a", BlobSource.of(BYTES), PutMode.IF_ABSENT));
        assertArrayEquals(BYTES, memory.get("a").stream().readAllBytes());
    }

    @Test
    void everyAttemptOpensTheSourceAnew() throws Exception {
        BlobStore store = retrying(FaultRule.on(StoreOperation.PUT).calls(1, 2).breakAt(3, Kind.UNAVAILABLE));
        List<Integer> opened = new ArrayList<>();
        store.put(
                "a",
                new BlobSource() {
                    @Override
                    public InputStream open() throws java.io.IOException {
                        opened.add(1);
                        return BlobSource.of(BYTES).open();
                    }

                    @Override
                    public OptionalLong sizeBytes() {
                        return OptionalLong.empty();
                    }
                },
                PutMode.OVERWRITE);
        assertEquals(3, opened.size());
        assertArrayEquals(BYTES, memory.get("a").stream().readAllBytes());
    }

    @Test
    void aFailureOfTheSourceIsNotRepeated() {
        BlobStore store = retrying();
        List<Integer> opened = new ArrayList<>();
        BlobSource source = new BlobSource() {
            @Override
            public InputStream open() throws FileNotFoundException {
                opened.add(1);
                throw new FileNotFoundException("gone");
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
        assertThrows(FileNotFoundException.class, () -> store.put("a", source, PutMode.OVERWRITE));
        assertEquals(1, opened.size());
    }

    @Test
    void absenceIsAnAnswer() {
        StoreException e = assertThrows(StoreException.class, () -> retrying().get("a"));
        assertEquals(Kind.NOT_FOUND, e.kind());
        assertEquals(List.of(), told);
    }

    @Test
    void featuresAndCloseAreTheStores() {
        RetryingStore store = retrying();
        assertEquals(memory.features(), store.features());
        store.close();
        assertThrows(IllegalStateException.class, () -> memory.get("a"));
    }

    private static ArchiveStore archive(BlobStore store) {
        ArchiveConfig config = ArchiveConfig.builder("memory://m/x")
                .retryDeadline(Duration.ofSeconds(20))
                .build();
        return new ArchiveStore(config, store, event -> {});
    }

    @Test
    void smallObjectsAreReadAnewWhenTheirStreamBreaks() throws Exception {
        memory.put("a", BlobSource.of(BYTES), PutMode.OVERWRITE);
        ArchiveStore archive = archive(new FaultyBlobStore(
                memory, FaultRule.on(StoreOperation.GET).call(1).breakAt(3, Kind.UNAVAILABLE)));
        assertArrayEquals(BYTES, archive.read("a", 7));
    }

    @Test
    void objectsBeyondTheLimitAreRefused() throws Exception {
        memory.put("a", BlobSource.of(BYTES), PutMode.OVERWRITE);
        CorruptArchiveException e = assertThrows(
                CorruptArchiveException.class, () -> archive(memory).read("a", 6));
        assertEquals("object memory://m/x/a is longer than 6 bytes", e.getMessage());

        memory.put("b", BlobSource.of(new byte[8193]), PutMode.OVERWRITE);
        assertEquals(8193, archive(memory).read("b", 8193).length);
        assertThrows(CorruptArchiveException.class, () -> archive(memory).read("b", 8192));
    }

    @Test
    void listsGoOverAllPages() throws Exception {
        MemoryStoreProvider provider = new MemoryStoreProvider(java.time.Clock.systemUTC(), 2);
        BlobStore store = provider.open(StoreLocation.parse("memory://m"), StoreSettings.none());
        for (String key : new String[] {"p/1", "p/2", "p/3", "p/4", "p/5", "p/6/x", "q"}) {
            store.put(key, BlobSource.of(BYTES), PutMode.OVERWRITE);
        }
        assertEquals(
                List.of("p/1", "p/2", "p/3", "p/4", "p/5"),
                archive(store).list("p/", ListDepth.IMMEDIATE).stream()
                        .map(BlobInfo::key)
                        .toList());
        assertEquals(6, archive(store).list("p/", ListDepth.ALL).size());
    }

    @Test
    void failuresBecomeTheLibrarys() throws Exception {
        StoreException denied = new StoreException(Kind.ACCESS_DENIED, "no right to get x", "Log in.", null);
        StoreAccessException e = (StoreAccessException) ArchiveStore.failure("fetch of x", denied);
        assertEquals("fetch of x failed", e.getMessage());
        assertEquals("no right to get x", e.detail().orElseThrow());
        assertEquals("Log in.", e.hint().orElseThrow());
        assertEquals(Kind.ACCESS_DENIED, e.kind());
        assertFalse(e.retryable());

        Thread.currentThread().interrupt();
        StoreException interrupted = new StoreException(Kind.INTERRUPTED, "interrupted");
        InterruptedException i =
                assertThrows(InterruptedException.class, () -> ArchiveStore.failure("fetch of x", interrupted));
        assertFalse(Thread.currentThread().isInterrupted(), "the exception stands for the flag");
        assertTrue(i.getMessage().contains("fetch of x"));
    }
}
