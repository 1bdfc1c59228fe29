package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.walarchive.store.tck.ContractFixture.assertContent;
import static org.walarchive.store.tck.ContractFixture.assertFails;
import static org.walarchive.store.tck.ContractFixture.keys;
import static org.walarchive.store.tck.ContractFixture.put;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

final class MemoryStoreProviderTest {

    private final MemoryStoreProvider provider = new MemoryStoreProvider();

    private BlobStore open(String location) {
        return provider.open(StoreLocation.parse(location), StoreSettings.none());
    }

    @Test
    void storesOfOneLocationShareTheirBlobsBeyondClose() throws IOException {
        try (BlobStore store = open("memory://bucket/dir")) {
            put(store, "a");
        }
        assertEquals(List.of("a"), keys(open("memory://bucket/dir/"), ""));
        assertEquals(List.of("dir/a"), keys(open("memory://bucket"), ""));
        assertEquals(List.of(), keys(open("memory://bucket/di"), ""));
        assertEquals(List.of(), keys(open("memory://bucket2/dir"), ""));
        assertEquals(
                List.of(),
                keys(
                        new MemoryStoreProvider()
                                .open(StoreLocation.parse("memory://bucket/dir"), StoreSettings.none()),
                        ""));
        assertEquals(Set.of("memory"), provider.schemes());
    }

    @Test
    void aContainerThatIsDroppedIsMissingUntilItIsOpenedAgain() throws IOException {
        BlobStore store = open("memory://bucket");
        put(store, "a");
        provider.drop("bucket");
        provider.drop("never was");
        assertFails(Kind.NO_CONTAINER, () -> put(store, "b"));
        assertFails(Kind.NO_CONTAINER, () -> store.get("a"));
        assertEquals(List.of(), keys(open("memory://bucket"), ""));
        assertFails(Kind.NO_CONTAINER, () -> store.list("", ListDepth.ALL, null));
    }

    @Test
    void theClockAndThePageSizeAreThoseGiven() throws IOException {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        BlobStore store = new MemoryStoreProvider(Clock.fixed(now, ZoneOffset.UTC), 1)
                .open(StoreLocation.parse("memory://bucket"), StoreSettings.none());
        put(store, "a");
        put(store, "b");
        assertEquals(
                List.of(new BlobInfo("a", 1, now)),
                store.list("", ListDepth.ALL, null).blobs());
        assertThrows(IllegalArgumentException.class, () -> new MemoryStoreProvider(Clock.systemUTC(), 0));
    }

    @Test
    void twoStoresThatAreCreatedShareNothing() throws IOException {
        BlobStore store = MemoryBlobStore.create();
        put(store, "a");
        assertContent(store, "a", new byte[] {'a'});
        assertEquals(List.of(), keys(MemoryBlobStore.create(), ""));
    }
}
