package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;

/** What {@link BlobStore#get} promises. */
abstract class GetContract extends PutContract {

    @Test
    @DisplayName("get: an absent key fails with NOT_FOUND, and the message names the key")
    void getAbsent() throws IOException {
        BlobStore store = store();
        put(store, "present/blob");
        for (String key :
                List.of("absent", "absent/deeper", "present/blo", "present/blob2", "present", "Present/blob")) {
            StoreException failure = assertFails(StoreException.Kind.NOT_FOUND, () -> store.get(key));
            assertTrue(failure.getMessage().contains(key), failure::getMessage);
        }
    }

    @Test
    @DisplayName("get, list: without bucket, container or root directory they fail with NO_CONTAINER")
    void noContainer() throws IOException {
        BlobStore store = storeWithoutContainer();
        assertFails(StoreException.Kind.NO_CONTAINER, () -> store.get("a/b"));
        for (ListDepth depth : ListDepth.values()) {
            assertFails(StoreException.Kind.NO_CONTAINER, () -> store.list("", depth, null));
            assertFails(StoreException.Kind.NO_CONTAINER, () -> store.list("a/b", depth, null));
        }
    }

    @Test
    @DisplayName("get: a deleted blob is NOT_FOUND, also through another store object")
    void getDeleted() throws IOException {
        BlobStore store = store();
        put(store, "gone/soon");
        store.delete(List.of("gone/soon"));
        assertAbsent(store, "gone/soon");
        assertAbsent(store(), "gone/soon");
    }

    @Test
    @DisplayName("get: a blob that is read in part is closed quickly, and may be closed twice")
    void closeEarly() throws IOException {
        BlobStore store = store();
        byte[] bytes = randomBytes(8_000_000);
        put(store, "partly/read", bytes);
        assertTimeout(Duration.ofMinutes(1), () -> {
            for (int i = 0; i < 5; i++) {
                BlobContent content = store.get("partly/read");
                assertArrayEquals(Arrays.copyOf(bytes, 10), content.stream().readNBytes(10));
                content.close();
                content.close();
            }
        });
        assertContent(store, "partly/read", bytes);
    }

    @Test
    @DisplayName("get: reading byte by byte and past the end is well behaved")
    void readByByte() throws IOException {
        BlobStore store = store();
        byte[] bytes = {0, 1, -1, 127, -128};
        put(store, "by/byte", bytes);
        try (BlobContent content = store.get("by/byte")) {
            for (byte expected : bytes) {
                assertEquals(expected & 0xff, content.stream().read());
            }
            assertEquals(-1, content.stream().read());
            assertEquals(-1, content.stream().read(new byte[4]));
        }
    }

    @Test
    @DisplayName("get: several readers of a blob do not disturb each other")
    void severalReaders() throws IOException {
        BlobStore store = store();
        byte[] bytes = randomBytes(300_000);
        put(store, "read/twice", bytes);
        try (BlobContent first = store.get("read/twice");
                BlobContent second = store.get("read/twice")) {
            byte[] head = first.stream().readNBytes(100_000);
            assertArrayEquals(bytes, second.stream().readAllBytes());
            assertArrayEquals(Arrays.copyOf(bytes, 100_000), head);
            assertArrayEquals(
                    Arrays.copyOfRange(bytes, 100_000, bytes.length),
                    first.stream().readAllBytes());
        }
    }
}
