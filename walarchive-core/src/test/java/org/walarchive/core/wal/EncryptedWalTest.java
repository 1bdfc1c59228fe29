package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.wal.SegmentBuilder.CLUSTER;
import static org.walarchive.core.wal.SegmentBuilder.OTHER_CLUSTER;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.Encryption;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushResult;
import org.walarchive.core.openpgp.Keys;
import org.walarchive.core.openpgp.OpenPgp;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

/** WAL that is pushed by hosts without a private key, and fetched by hosts without a public one. */
final class EncryptedWalTest {

    private static final String NAME = "000000010000000000000008";
    private static final String KEY = "wal_005/" + NAME + ".lzo";
    private static final byte[] SECRET = "a secret of 32 bytes, as it must".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private Path wal;

    @BeforeEach
    void makeDataDirectory() {
        wal = directory.resolve("data/pg_wal");
        ControlFileBuilder.write(directory.resolve("data"), CLUSTER, SECRET);
    }

    private static SegmentBuilder segment() {
        return SegmentBuilder.segment(NAME);
    }

    private ArchiveStore archive(Encryption encryption, FaultRule... rules) {
        return fixture.archive(
                fixture.config("lzo").encryption(encryption), new FaultyBlobStore(fixture.memory(), rules));
    }

    private WalPushResult push(Path file, String... keys) throws ArchiveException, InterruptedException {
        return new WalPush(archive(Keys.to(keys))).push(file);
    }

    private WalFetchResult fetch(String name, String... keys) throws ArchiveException, InterruptedException {
        return new WalFetch(archive(Keys.with(keys))).fetch(WalFileName.parse(name), target());
    }

    private Path target() {
        return directory.resolve("fetched/RECOVERYXLOG");
    }

    private void assertNothingDelivered() throws IOException {
        try (Stream<Path> files = Files.list(target().getParent())) {
            assertEquals(List.of(), files.toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"lzo, lzo", "lz4, lz4", "zstd, zst"})
    void isEncryptedAndComesBack(String compression, String extension) throws Exception {
        Path file = segment().in(wal);
        ArchiveStore archive =
                fixture.archive(fixture.config(compression).encryption(Keys.to("cv25519")), fixture.memory());
        assertEquals(WalPushResult.ARCHIVED, new WalPush(archive).push(file));
        byte[] stored = fixture.bytes("wal_005/" + NAME + "." + extension);
        assertTrue(OpenPgp.isEncrypted(stored));
        Files.createDirectories(target().getParent());
        assertEquals(WalFetchResult.FETCHED, fetch(NAME, "cv25519"));
        assertArrayEquals(segment().bytes(), Files.readAllBytes(target()));
        assertFalse(OpenPgp.isEncrypted(fixture.bytes("walarchive/identity.properties")));
    }

    @Test
    void plainAndEncryptedObjectsOfSeveralKeysLieSideBySide() throws Exception {
        Files.createDirectories(target().getParent());
        String[][] keys = {{}, {"rsa"}, {"cv25519", "rsa"}, {"elgamal"}, {}};
        for (int i = 0; i < keys.length; i++) {
            push(SegmentBuilder.segment("00000001000000000000000" + i).seed(i).in(wal), keys[i]);
        }
        for (int i = 0; i < keys.length; i++) {
            String name = "00000001000000000000000" + i;
            assertEquals(WalFetchResult.FETCHED, fetch(name, "rsa", "elgamal"));
            assertArrayEquals(SegmentBuilder.segment(name).seed(i).bytes(), Files.readAllBytes(target()), name);
        }
    }

    @Test
    void historyAndBackupFilesAreEncryptedAsWell() throws Exception {
        Files.createDirectories(target().getParent());
        byte[] text = "1\t0/8000000\tno recovery target specified\n".getBytes(StandardCharsets.US_ASCII);
        Path file = SegmentBuilder.write(wal.resolve("00000002.history"), text);
        assertEquals(WalPushResult.ARCHIVED, push(file, "rsa"));
        assertTrue(OpenPgp.isEncrypted(fixture.bytes("wal_005/00000002.history.lzo")));
        assertEquals(WalFetchResult.FETCHED, fetch("00000002.history", "rsa"));
        assertArrayEquals(text, Files.readAllBytes(target()));
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(file, "rsa"), "by its seal");
    }

    @Test
    void secondPushOfTheSameIsSuccessWithoutAPrivateKey() throws Exception {
        Path file = segment().in(wal);
        assertEquals(WalPushResult.ARCHIVED, push(file, "rsa"));
        Map<String, String> before = fixture.everything();
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(file, "rsa"));
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(file, "cv25519"), "keys were changed in between");
        assertEquals(WalPushResult.ALREADY_ARCHIVED, push(file), "encryption was switched off in between");
        assertEquals(before, fixture.everything());
    }

    /** The usual case: the object is there, and the one who put it never heard of it. */
    @Test
    void pushThatLostItsReplyIsSuccess() throws Exception {
        Path file = segment().in(wal);
        FaultRule lost =
                FaultRule.on(StoreOperation.PUT).keys(KEY::equals).call(1).failAfterwards(Kind.UNAVAILABLE);
        assertEquals(WalPushResult.ALREADY_ARCHIVED, new WalPush(archive(Keys.to("rsa"), lost)).push(file));
    }

    @Test
    void otherContentIsAConflictWithoutAPrivateKey() throws Exception {
        push(segment().in(wal), "rsa");
        Map<String, String> before = fixture.everything();
        Path other = segment().seed(2).in(wal);
        ConflictException e = assertThrows(ConflictException.class, () -> push(other, "rsa"));
        assertTrue(e.detail().orElseThrow().contains("its seal is of other content"), e.detail()::get);
        assertEquals(before, fixture.everything());
    }

    @Test
    void privateKeyComparesContentItself() throws Exception {
        push(segment().in(wal), "rsa");
        Encryption both = Encryption.builder()
                .recipients("rsa@example.invalid")
                .publicKeyFile(Keys.file("rsa.public.asc"))
                .privateKeyFile(Keys.file("rsa.private.asc"))
                .build();
        assertEquals(
                WalPushResult.ALREADY_ARCHIVED,
                new WalPush(archive(both)).push(segment().in(wal)));
        ConflictException e = assertThrows(
                ConflictException.class,
                () -> new WalPush(archive(both)).push(segment().seed(2).in(wal)));
        assertTrue(e.detail().orElseThrow().contains("at byte 40"), e.detail()::get);
    }

    /** Without the key a flipped bit of the content cannot be seen; that the object is not whole can. */
    @Test
    void objectThatIsCutShortIsNotTakenForTheSame() throws Exception {
        Path file = segment().in(wal);
        push(file, "rsa");
        byte[] stored = fixture.bytes(KEY);
        for (int length : new int[] {0, 1, 200, 300, 400, stored.length / 2, stored.length - 1}) {
            fixture.put(KEY, Arrays.copyOf(stored, length));
            CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> push(file, "rsa"));
            assertTrue(e.getMessage().contains("damaged there"), e.getMessage());
        }
    }

    @Test
    void damagedSealIsNotTakenForTheSame() throws Exception {
        Path file = segment().in(wal);
        push(file, "rsa");
        byte[] stored = fixture.bytes(KEY);
        String text = new String(stored, StandardCharsets.ISO_8859_1);
        int seal = text.indexOf("walarchive\1") - 2;
        for (int position = seal; position < seal + 61; position++) {
            byte[] damaged = stored.clone();
            damaged[position] ^= 4;
            fixture.put(KEY, damaged);
            assertThrows(ArchiveException.class, () -> push(file, "rsa"), "byte " + (position - seal));
        }
    }

    /** So that nothing but the content tells. */
    private static void rewrite(Path file, SegmentBuilder other) {
        try {
            FileTime time = Files.getLastModifiedTime(file);
            other.in(file.resolveSibling(""));
            Files.setLastModifiedTime(file, time);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was sealed and what is stored are two reads of the file. */
    @Test
    void fileThatChangesWhileItIsArchivedIsNotArchived() throws Exception {
        Path file = segment().in(wal);
        FaultRule breaks =
                FaultRule.on(StoreOperation.PUT).keys(KEY::equals).call(1).breakAt(1, Kind.UNAVAILABLE);
        FaultRule rewritten = FaultRule.on(StoreOperation.PUT)
                .keys(KEY::equals)
                .call(2)
                .runBefore(() -> rewrite(file, segment().seed(2)));
        LocalFileException e = assertThrows(
                LocalFileException.class, () -> new WalPush(archive(Keys.to("rsa"), breaks, rewritten)).push(file));
        assertTrue(e.detail().orElseThrow().contains("changed while it was archived"), e.detail()::get);
        assertFalse(fixture.keys("").contains(KEY));
    }

    /** As WAL-E writes them, and as hosts do that have no secret. */
    @Test
    void objectWithoutASealCannotBeCompared() throws Exception {
        push(segment().in(directory.resolve("elsewhere")), "rsa");
        ConflictException e =
                assertThrows(ConflictException.class, () -> push(segment().in(wal), "rsa"));
        assertTrue(e.getMessage().contains("cannot be compared here"), e.getMessage());
        assertTrue(e.detail().orElseThrow().contains("It has no seal"), e.detail()::get);
        assertTrue(e.hint().orElseThrow().contains("WALARCHIVE_PGP_PRIVATE_KEYS"), e.hint()::get);
    }

    @Test
    void sealOfAnotherSecretProvesNothing() throws Exception {
        Path file = segment().in(wal);
        push(file, "rsa");
        byte[] other = SECRET.clone();
        other[0]++;
        ControlFileBuilder.write(directory.resolve("data"), CLUSTER, other);
        assertThrows(ConflictException.class, () -> push(file, "rsa"));
        ControlFileBuilder.write(directory.resolve("data"), OTHER_CLUSTER, SECRET);
        ConflictException e = assertThrows(ConflictException.class, () -> push(file, "rsa"));
        assertTrue(e.detail().orElseThrow().contains("no control file"), e.detail()::get);
    }

    @Test
    void plainObjectsHaveNoSeal() throws Exception {
        Path file = SegmentBuilder.write(
                wal.resolve("00000002.history"), "1\t0/8000000\tx\n".getBytes(StandardCharsets.US_ASCII));
        push(file);
        assertArrayEquals(
                SegmentBuilder.compress("lzo", Files.readAllBytes(file)),
                fixture.bytes("wal_005/00000002.history.lzo"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "revoked", "signing"})
    void keyThatCannotBeUsedIsRefusedBeforeAnythingIsDone(String key) throws Exception {
        Path file = segment().in(wal);
        assertThrows(ConfigurationException.class, () -> push(file, key));
        assertEquals(List.of(), fixture.keys(""));
        assertEquals(List.of(), fixture.events());
    }

    /** WAL-E sets one environment for all: a host that fetches may know nothing of the key that is named. */
    @Test
    void recipientThatIsNotThereDoesNotHinderAFetch() throws Exception {
        push(segment().in(wal), "rsa");
        Files.createDirectories(target().getParent());
        Encryption settings = Encryption.builder()
                .recipients("whatever")
                .gnupgHome(directory)
                .privateKeyFile(Keys.file("rsa.private.asc"))
                .build();
        assertEquals(WalFetchResult.FETCHED, new WalFetch(archive(settings)).fetch(WalFileName.parse(NAME), target()));
    }

    @Test
    void fetchWithoutAKeyDeliversNothing() throws Exception {
        push(segment().in(wal), "rsa");
        Files.createDirectories(target().getParent());
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> fetch(NAME, "cv25519"));
        assertTrue(e.getMessage().contains("encrypted and cannot be decrypted here"), e.getMessage());
        assertNothingDelivered();
    }

    @Test
    void fetchOfADamagedObjectDeliversNothing() throws Exception {
        push(segment().in(wal), "cv25519");
        Files.createDirectories(target().getParent());
        byte[] stored = fixture.bytes(KEY);
        int end = stored.length;
        for (int position : new int[] {1, 20, 60, 200, 1000, end / 2, end - 23, end - 1}) {
            byte[] damaged = stored.clone();
            damaged[position] ^= 1;
            fixture.put(KEY, damaged);
            ArchiveException e = assertThrows(ArchiveException.class, () -> fetch(NAME, "cv25519"), "byte " + position);
            assertTrue(
                    e instanceof CorruptArchiveException || e instanceof ConfigurationException, position + ": " + e);
            assertNothingDelivered();
        }
        for (int length : new int[] {0, 1, 50, 500, end / 2, end - 1}) {
            fixture.put(KEY, Arrays.copyOf(stored, length));
            assertThrows(CorruptArchiveException.class, () -> fetch(NAME, "cv25519"), "cut at " + length);
            assertNothingDelivered();
        }
    }

    /** A kibibyte that decompresses to more than a segment can have. */
    @Test
    void streamWithoutEndIsBounded() throws Exception {
        Files.createDirectories(target().getParent());
        byte[] endless = SegmentBuilder.compress("zst", new byte[17 << 20]);
        Encryption settings = Keys.to("cv25519");
        byte[] message = new OpenPgp(settings)
                .encryptor()
                .orElseThrow()
                .encrypt(new ByteArrayInputStream(endless))
                .readAllBytes();
        assertTrue(message.length < 20_000);
        fixture.put("wal_005/00000002.history.zst", message);
        CorruptArchiveException e =
                assertThrows(CorruptArchiveException.class, () -> fetch("00000002.history", "cv25519"));
        assertTrue(e.detail().orElseThrow().contains("longer than any file of its kind"), e.detail()::get);
        assertNothingDelivered();
    }

    @Test
    void archiveWhoseClusterCannotBeFoundOutTakesNoPush() throws Exception {
        push(segment().in(wal), "rsa");
        fixture.memory().delete(List.of("walarchive/identity.properties"));
        Map<String, String> before = fixture.everything();
        Path next = SegmentBuilder.segment("000000010000000000000009").in(wal);
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> push(next, "rsa"));
        assertTrue(e.hint().orElseThrow().contains("It records the cluster"), e.hint()::get);
        assertEquals(before, fixture.everything());
        Encryption both = Encryption.builder()
                .recipients("rsa@example.invalid")
                .publicKeyFile(Keys.file("rsa.public.asc"))
                .privateKeyFile(Keys.file("rsa.private.asc"))
                .build();
        assertEquals(WalPushResult.ARCHIVED, new WalPush(archive(both)).push(next));
        assertEquals(
                WalPushResult.ARCHIVED,
                push(SegmentBuilder.segment("00000001000000000000000A").in(wal), "rsa"));
    }
}
