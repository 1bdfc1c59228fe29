package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;
import org.walarchive.core.testing.Await;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.MemoryBlobStore;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class LimitedStoreTest {

    private static final byte[] BYTES = {1, 2, 3};

    private final MemoryBlobStore memory = MemoryBlobStore.create();
    private final ManualTime time = new ManualTime();
    private final CallLimit limit = new CallLimit(Duration.ofSeconds(60), time, NOPLogger.NOP_LOGGER);
    private final LimitedStore store = limited();

    private LimitedStore limited(FaultRule... rules) {
        return new LimitedStore(new FaultyBlobStore(memory, rules), limit);
    }

    @BeforeEach
    void fill() throws IOException {
        memory.put("a", BlobSource.of(BYTES), PutMode.OVERWRITE);
        memory.put("b", BlobSource.of(BYTES), PutMode.OVERWRITE);
    }

    private void throttleToOne() throws InterruptedException {
        limit.end(limit.begin(), CallLimit.Outcome.THROTTLED, Optional.empty());
        assertEquals(1, limit.allowed());
    }

    @Test
    void everyOperationTakesATurnAndGivesItBack() throws Exception {
        throttleToOne();
        for (int i = 0; i < 3; i++) {
            store.put("c", BlobSource.of(BYTES), PutMode.OVERWRITE);
            assertThrows(StoreException.class, () -> store.get("none"));
            assertEquals(3, store.list("", ListDepth.ALL, null).blobs().size());
            store.delete(List.of("c"));
        }
        assertEquals(memory.features(), store.features());
        assertTrue(limit.allowed() > 1, "all were answered");
    }

    @Test
    void everyOperationNoticesThatItIsThrottled() throws Exception {
        for (StoreOperation operation : StoreOperation.values()) {
            CallLimit own = new CallLimit(Duration.ofSeconds(60), time, NOPLogger.NOP_LOGGER);
            LimitedStore throttled = new LimitedStore(
                    new FaultyBlobStore(memory, FaultRule.on(operation).call(1).fail(Kind.THROTTLED)), own);
            assertThrows(StoreException.class, () -> {
                throttled.put("c", BlobSource.of(BYTES), PutMode.OVERWRITE);
                throttled.get("a").close();
                throttled.list("", ListDepth.ALL, null);
                throttled.delete(List.of("c"));
            });
            assertEquals(1, own.allowed(), operation::name);
        }
    }

    /** As where a segment is compared with the archive's: another call while the first one's stream is being read. */
    @Test
    void whoReadsAStreamMayMakeAnotherCall() throws Exception {
        throttleToOne();
        try (BlobContent one = store.get("a");
                BlobContent other = store.get("b")) {
            assertArrayEquals(one.stream().readAllBytes(), other.stream().readAllBytes());
        }
    }

    @Test
    void aSourceThatCannotBeReadGivesItsTurnBack() throws Exception {
        throttleToOne();
        BlobSource broken = new BlobSource() {
            @Override
            public InputStream open() throws IOException {
                throw new FileNotFoundException("gone");
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
        for (int i = 0; i < 3; i++) {
            assertThrows(FileNotFoundException.class, () -> store.put("c", broken, PutMode.OVERWRITE));
        }
        assertEquals(1, limit.allowed());
    }

    @Test
    void anInterruptEndsTheWaitForATurn() throws Exception {
        throttleToOne();
        CallLimit.Call held = limit.begin();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            failure.complete(assertThrows(StoreException.class, () -> store.get("a")));
            flag.complete(Thread.currentThread().isInterrupted());
        });
        caller.start();
        Await.until("the call waits", Duration.ofSeconds(30), () -> limit.waiting() == 1);
        caller.interrupt();
        StoreException e = (StoreException) failure.get();
        assertEquals(Kind.INTERRUPTED, e.kind());
        assertEquals("interrupted while waiting for the turn of the get of a", e.getMessage());
        assertTrue(flag.get());
        caller.join();
        assertEquals(0, limit.waiting());
        limit.end(held, CallLimit.Outcome.ANSWERED, Optional.empty());
        store.get("a").close();
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void aTurnGoesToWhoWaits() throws Exception {
        throttleToOne();
        CallLimit.Call held = limit.begin();
        CompletableFuture<byte[]> content = CompletableFuture.supplyAsync(() -> {
            try (BlobContent blob = store.get("a")) {
                return blob.stream().readAllBytes();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        Await.until("the call waits", Duration.ofSeconds(30), () -> limit.waiting() == 1);
        limit.end(held, CallLimit.Outcome.FAILED, Optional.empty());
        assertArrayEquals(BYTES, content.get());
    }
}
