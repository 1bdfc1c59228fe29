package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ConflictException;
import org.walarchive.WalPushResult;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.IndexedStore;
import org.walarchive.store.BlobStore;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

/** How often the store is asked, and that asking less gives no name two contents. */
final class WalPushRequestsTest {

    private static final String FIRST = "000000010000000000000001";
    private static final String NAME = "000000010000000000000008";

    @TempDir
    Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final FaultyBlobStore counting = new FaultyBlobStore(fixture.memory());
    private final KnownCluster cluster = new KnownCluster();

    private static SegmentBuilder segment(String name) {
        return SegmentBuilder.segment(name).noise(1000);
    }

    private ArchiveStore archive(BlobStore store, String compression) {
        return fixture.archive(fixture.config(compression), store);
    }

    private WalPushResult push(BlobStore store, String compression, SegmentBuilder segment) throws Exception {
        return new WalPush(archive(store, compression), cluster).push(segment.in(directory));
    }

    private List<Long> calls() {
        return List.of(
                counting.calls(StoreOperation.GET),
                counting.calls(StoreOperation.LIST),
                counting.calls(StoreOperation.PUT));
    }

    @Test
    void ofAnIndexedStoreEachFurtherSegmentTakesAListAndAPut() throws Exception {
        BlobStore store = new IndexedStore(counting);
        push(store, "lzo", segment(FIRST));
        assertEquals(List.of(1L, 2L, 2L), calls(), "the identity is read, looked for and put, the first time");
        for (int i = 0; i < 8; i++) {
            push(store, "lzo", segment("00000001000000000000001" + i));
        }
        assertEquals(List.of(1L, 10L, 10L), calls());
    }

    /** One for each way in which WAL-G may have archived it, too. */
    @Test
    void ofAnotherStoreEachFurtherSegmentTakesSixGetsAndAPut() throws Exception {
        push(counting, "lzo", segment(FIRST));
        assertEquals(List.of(7L, 1L, 2L), calls());
        for (int i = 0; i < 8; i++) {
            push(counting, "lzo", segment("00000001000000000000001" + i));
        }
        assertEquals(List.of(55L, 1L, 10L), calls());
    }

    @ParameterizedTest
    @CsvSource({"lzo,lzo", "lzo,lz4", "lzo,zst", "lz4,lzo", "lz4,lz4", "lz4,zst", "zstd,lzo", "zstd,lz4", "zstd,zst"})
    void whatIsThereIsFoundByTheListAndCompared(String compression, String present) throws Exception {
        BlobStore store = new IndexedStore(counting);
        push(store, compression, segment(FIRST));
        long puts = counting.calls(StoreOperation.PUT);
        fixture.put(
                "wal_005/" + NAME + "." + present,
                SegmentBuilder.compress(present, segment(NAME).bytes()));
        Map<String, String> before = fixture.everything();
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(store, compression, segment(NAME)));
        assertThrows(
                ConflictException.class,
                () -> push(store, compression, segment(NAME).seed(1)));
        assertEquals(before, fixture.everything());
        assertEquals(puts, counting.calls(StoreOperation.PUT), "nothing is sent that is there already");
    }

    @Test
    void anObjectThatTheListHidesIsFoundByThePut() throws Exception {
        push(fixture.memory(), "lzo", segment(FIRST));
        push(fixture.memory(), "lzo", segment(NAME));
        BlobStore store = new IndexedStore(new FaultyBlobStore(
                fixture.memory(), FaultRule.on(StoreOperation.LIST).everyNth(1).hide(key -> key.contains(NAME))));
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(store, "lzo", segment(NAME)));
        assertThrows(
                ConflictException.class, () -> push(store, "lzo", segment(NAME).seed(1)));
    }

    @Test
    void anObjectThatIsListedAndGoneIsPutAnew() throws Exception {
        push(fixture.memory(), "lzo", segment(FIRST));
        push(fixture.memory(), "lz4", segment(NAME));
        BlobStore store = new IndexedStore(new FaultyBlobStore(
                fixture.memory(),
                FaultRule.on(StoreOperation.GET)
                        .keys(key -> key.contains(NAME))
                        .call(1)
                        .runBefore(() -> fixture.remove("wal_005/" + NAME + ".lz4"))));
        assertEquals(WalPushResult.ARCHIVED, push(store, "lzo", segment(NAME)));
        assertArrayEquals(
                segment(NAME).bytes(), SegmentBuilder.decompress("lzo", fixture.bytes("wal_005/" + NAME + ".lzo")));
    }

    @Test
    void namesThatOnlyBeginAlikeAreOthers() throws Exception {
        BlobStore store = new IndexedStore(counting);
        push(store, "lzo", segment(FIRST));
        fixture.put("wal_005/" + NAME + ".00000028.backup.lzo", new byte[1]);
        fixture.put("wal_005/" + NAME + ".partial.lz4", new byte[1]);
        fixture.put("wal_005/" + NAME + ".unknown", new byte[1]);
        assertEquals(WalPushResult.ARCHIVED, push(store, "lzo", segment(NAME)));
    }

    @Test
    void aConflictInAnArchiveThatAnotherClusterTookOverSaysSo() throws Exception {
        push(counting, "lzo", segment(FIRST));
        fixture.remove(ArchiveLayout.IDENTITY);
        fixture.put(
                ArchiveLayout.IDENTITY,
                ("system_identifier=" + SegmentBuilder.OTHER_CLUSTER + "\n").getBytes(StandardCharsets.US_ASCII));
        fixture.put(
                "wal_005/" + NAME + ".lzo",
                SegmentBuilder.compress(
                        "lzo",
                        segment(NAME).cluster(SegmentBuilder.OTHER_CLUSTER).bytes()));
        ConflictException e = assertThrows(ConflictException.class, () -> push(counting, "lzo", segment(NAME)));
        assertTrue(String.valueOf(e.getMessage()).contains("another cluster"), e.getMessage());
        assertThrows(ConflictException.class, () -> push(counting, "lzo", segment("000000010000000000000009")));
    }
}
