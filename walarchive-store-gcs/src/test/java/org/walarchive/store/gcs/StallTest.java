package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault.Stall;
import org.walarchive.store.tck.NetworkFaults;

/** A service that takes connections and no more. What needs a real one is in {@link FakeGcsFaultIT}. */
@Timeout(120)
final class StallTest {

    private final FaultProxy silent;

    StallTest() throws IOException {
        silent = FaultProxy.start("127.0.0.1:1", NetworkFaults.all(new Stall()));
    }

    @AfterEach
    void close() throws IOException {
        Thread.interrupted();
        silent.close();
    }

    private BlobStore open(Duration readTimeout) throws StoreException {
        return GcsStoreProvider.builder()
                .emulator("http://127.0.0.1:" + silent.port())
                .readTimeout(readTimeout)
                .build()
                .open(StoreLocation.parse("gs://bucket"), StoreSettings.none());
    }

    private static List<Executable> calls(BlobStore store) {
        return List.of(
                () -> store.put("k", BlobSource.of(TestContent.bytes(1000)), PutMode.OVERWRITE),
                () -> store.put("k", TestContent.unknown(new byte[26 << 20]), PutMode.OVERWRITE),
                () -> store.get("k"),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("k")),
                () -> store.delete(List.of("k", "l")));
    }

    private static StoreException fails(Kind kind, Executable call) {
        StoreException failure = assertTimeout(Duration.ofSeconds(15), () -> assertThrows(StoreException.class, call));
        assertEquals(kind, failure.kind(), failure::toString);
        GcsStoreProviderTest.assertClean(failure);
        return failure;
    }

    @Test
    void aStallIsNoticed() throws IOException {
        try (BlobStore store = open(Duration.ofSeconds(1))) {
            for (Executable call : calls(store)) {
                fails(Kind.UNAVAILABLE, call);
            }
        }
    }

    @Test
    void anUploadThatIsNotTakenIsNoticed() throws IOException {
        try (BlobStore store = open(Duration.ofSeconds(1))) {
            byte[] content = new byte[14 << 20];
            StoreException failure =
                    fails(Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(content), PutMode.OVERWRITE));
            assertTrue(failure.getMessage().contains("nothing could be sent for 1000 ms"), failure::getMessage);
        }
    }

    @Test
    void anInterruptEndsAStall() throws IOException {
        Thread calling = Thread.currentThread();
        silent.disturb(request -> {
            calling.interrupt();
            return new Stall();
        });
        try (BlobStore store = open(Duration.ofMinutes(2))) {
            for (Executable call : calls(store)) {
                fails(Kind.INTERRUPTED, call);
                assertTrue(Thread.interrupted(), "the interrupt flag is not set");
            }
        }
    }

    @Test
    void aCloseEndsAStall() throws IOException {
        BlobStore store = open(Duration.ofMinutes(2));
        silent.disturb(request -> {
            store.close();
            return new Stall();
        });
        fails(Kind.UNAVAILABLE, () -> store.get("k"));
        assertThrows(IllegalStateException.class, () -> store.get("k"));
    }
}
