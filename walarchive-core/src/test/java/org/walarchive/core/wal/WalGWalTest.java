package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushResult;
import org.walarchive.core.openpgp.OpenPgp;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/** WAL that WAL-G archived in ways that we do not write: without compression, with or without a dot, and with lzma. */
final class WalGWalTest {

    private static final String NAME = "000000010000000000000008";

    @TempDir
    private Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();

    private static SegmentBuilder segment() {
        return SegmentBuilder.segment(NAME);
    }

    private static byte[] stored(String suffix, byte[] plain) throws IOException {
        if (!suffix.equals(".lzma")) {
            return plain;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream lzma = new LZMAOutputStream(bytes, new LZMA2Options(0), -1)) {
            lzma.write(plain);
        }
        return bytes.toByteArray();
    }

    private void archived(String name, String suffix, byte[] plain) throws IOException {
        fixture.put("wal_005/" + name + suffix, stored(suffix, plain));
    }

    private WalFetchResult fetch(String name) throws Exception {
        return new WalFetch(fixture.archive()).fetch(WalFileName.parse(name), directory.resolve("target"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".lzma"})
    void isFetched(String suffix) throws Exception {
        byte[] history = "1\t0/8000000\tno reason\n".getBytes(StandardCharsets.US_ASCII);
        archived(NAME, suffix, segment().bytes());
        archived(NAME + "_delta", suffix, new byte[3]);
        archived("00000002.history", suffix, history);
        assertEquals(WalFetchResult.FETCHED, fetch(NAME));
        assertArrayEquals(segment().bytes(), Files.readAllBytes(directory.resolve("target")));
        assertEquals(WalFetchResult.FETCHED, fetch("00000002.history"));
        assertArrayEquals(history, Files.readAllBytes(directory.resolve("target")));
        assertEquals(WalFetchResult.ABSENT, fetch("000000010000000000000009"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".lzma"})
    void isFetchedWhereTheListHidesIt(String suffix) throws Exception {
        archived(NAME, suffix, segment().bytes());
        ArchiveStore lagging =
                fixture.archive(FaultRule.on(StoreOperation.LIST).everyNth(1).hide(key -> key.contains(NAME)));
        assertEquals(
                WalFetchResult.FETCHED,
                new WalFetch(lagging).fetch(WalFileName.parse(NAME), directory.resolve("target")));
        assertArrayEquals(segment().bytes(), Files.readAllBytes(directory.resolve("target")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".lzma"})
    void aCutSegmentIsDamage(String suffix) throws Exception {
        archived(NAME, suffix, Arrays.copyOf(segment().bytes(), 8 << 10));
        assertThrows(CorruptArchiveException.class, () -> fetch(NAME));
        fixture.put("wal_005/" + NAME + suffix, new byte[0]);
        assertThrows(CorruptArchiveException.class, () -> fetch(NAME));
        assertFalse(Files.exists(directory.resolve("target")));
    }

    @ParameterizedTest
    @ValueSource(strings = {".gz", ".xz", ".bz2"})
    void whatCannotBeReadIsNotAbsent(String suffix) throws Exception {
        archived(NAME, suffix, segment().bytes());
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch(NAME));
        assertTrue(e.detail().orElseThrow().contains(NAME + suffix), e.detail()::get);
        assertTrue(e.hint().orElseThrow().contains("lzo, lz4, zst, br, lzma"), e.hint()::get);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".lzma"})
    void isNotArchivedTwice(String suffix) throws Exception {
        archived(NAME, suffix, segment().bytes());
        assertEquals(
                WalPushResult.ALREADY_ARCHIVED,
                new WalPush(fixture.archive()).push(segment().in(directory)));
        byte[] other = segment().bytes();
        other[other.length - 1] ^= 1;
        fixture.put("wal_005/" + NAME + suffix, stored(suffix, other));
        assertThrows(
                ConflictException.class,
                () -> new WalPush(fixture.archive()).push(segment().in(directory)));
        assertEquals(List.of("wal_005/" + NAME + suffix), fixture.keys("wal_005/"));
    }

    /** Of an old marker packet's first byte, with which most of WAL-G's brotli streams of some size begin. */
    @Test
    void brotliIsNotTakenForEncrypted() {
        assertFalse(OpenPgp.isEncrypted(new byte[] {(byte) 0xab, (byte) 0xff, (byte) 0xbf, 1}));
        assertTrue(OpenPgp.isEncrypted(new byte[] {(byte) 0xa8, 3, 'P', 'G'}));
        assertTrue(OpenPgp.isEncrypted(new byte[] {(byte) 0xca, 3, 'P', 'G'}));
    }

    @Test
    void plainWalOf95IsNotTakenForEncrypted() {
        assertFalse(OpenPgp.isEncrypted(new byte[] {(byte) 0x87, (byte) 0xd0, 2, 0}));
        assertTrue(OpenPgp.isEncrypted(new byte[] {(byte) 0x85, 1, 2, 0}));
    }

    /** The first push into WAL-G's archive finds out whose it is, and lets no other cluster in. */
    @Test
    void anArchiveThatWalGBeganIsTakenOver() throws Exception {
        archived(
                "000000010000000000000007",
                "",
                SegmentBuilder.segment("000000010000000000000007").bytes());
        Path foreign = segment().cluster(SegmentBuilder.OTHER_CLUSTER).in(directory);
        assertThrows(ConflictException.class, () -> new WalPush(fixture.archive()).push(foreign));
        assertEquals(
                WalPushResult.ARCHIVED,
                new WalPush(fixture.archive()).push(segment().in(directory)));
        assertEquals(List.of("walarchive/identity.properties"), fixture.keys("walarchive/"));
    }
}
