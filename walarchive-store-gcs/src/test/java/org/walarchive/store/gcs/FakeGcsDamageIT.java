package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault.FlipRequestBit;
import org.walarchive.store.tck.NetworkFaults;

/**
 * Bits that flip on the way to fake-gcs-server: it compares the checksum of puts by one request, but not {@code X-Goog-Hash}, so
 * that of a large put the store itself finds it out.
 */
@Timeout(60)
@EnabledIfEnvironmentVariable(named = FakeGcs.VARIABLE, matches = ".+", disabledReason = FakeGcs.DISABLED)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class FakeGcsDamageIT {

    private static final int CHUNK = 256 << 10;

    private final String bucket = FakeGcs.makeBucket();

    @Test
    void damageIsCorruptionAndNothingIsSeen() throws IOException {
        for (int size : new int[] {100_000, 5 * CHUNK + 30_000}) {
            byte[] content = TestContent.bytes(size);
            for (int chunk : size < CHUNK ? new int[] {1} : new int[] {1, 3, 6}) {
                for (PutMode mode : PutMode.values()) {
                    assertFound(content, chunk, mode);
                }
            }
        }
    }

    private void assertFound(byte[] content, int chunk, PutMode mode) throws IOException {
        String upstream = FakeGcs.address().getAuthority();
        try (FaultProxy proxy = FaultProxy.start(
                        upstream,
                        NetworkFaults.everyNth(chunk, request -> request.carries(20_000), new FlipRequestBit(15_000)));
                BlobStore store = FakeGcs.open(
                        GcsStoreProvider.builder()
                                .emulator("http://127.0.0.1:" + proxy.port())
                                .set(SettingsReader.CHUNK_SIZE, String.valueOf(CHUNK)),
                        bucket)) {
            StoreException failure =
                    assertThrows(StoreException.class, () -> store.put("k", TestContent.unknown(content), mode));
            assertEquals(Kind.CORRUPT, failure.kind(), failure::toString);
            assertEquals(List.of(), store.list("", ListDepth.ALL, null).blobs());
            proxy.disturb(NetworkFaults.none());
            assertEquals(PutResult.WRITTEN, store.put("k", TestContent.unknown(content), mode));
            try (BlobContent blob = store.get("k")) {
                assertArrayEquals(content, blob.stream().readAllBytes());
            }
            store.delete(List.of("k"));
        }
    }
}
