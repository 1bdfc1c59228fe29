package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {

    private static final byte[] TAR = new TarBuilder()
            .directory("base/")
            .file("base/" + "n".repeat(120), "x".repeat(600))
            .file("empty", "")
            .bytes();
    /** Where the end mark of {@link #TAR} begins: four headers, a PAX content of a block, a content of two. */
    private static final int END = 512 * (4 + 1 + 2);

    private static void readAll(byte[] tar) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        byte[] buffer = new byte[1000];
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            while (reader.read(buffer) >= 0) {}
        }
    }

    private static TarEntry first(byte[] tar) throws IOException {
        return new TarReader(new ByteArrayInputStream(tar)).next().orElseThrow();
    }

    private static String failure(byte[] tar) {
        return assertThrows(TarFormatException.class, () -> readAll(tar)).getMessage();
    }

    /** Changes a header and makes its checksum agree. */
    private static byte[] patch(byte[] tar, TarField field, byte... value) {
        byte[] patched = tar.clone();
        Arrays.fill(patched, field.offset, field.offset + field.length, (byte) 0);
        System.arraycopy(value, 0, patched, field.offset, value.length);
        Arrays.fill(patched, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += patched[i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, patched, 148, 8);
        return patched;
    }

    @Test
    void entriesOfBothDialectsAreRead() throws IOException {
        for (int mode : List.of(TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.LONGFILE_GNU)) {
            String name = "d/" + "é".repeat(150);
            TarReader reader = new TarReader(new TarBuilder(mode)
                    .directory("/")
                    .file(name, "content")
                    .symlink("link", name)
                    .hardLink("hard", name)
                    .open());

            assertEquals("/", reader.next().orElseThrow().name());
            TarEntry file = reader.next().orElseThrow();
            assertEquals(name, file.name());
            assertEquals(TarEntry.Type.FILE, file.type());
            assertEquals(7, file.sizeBytes());
            assertEquals(0644, file.attributes().mode());
            assertEquals(
                    FileTime.fromMillis(1_700_000_000_000L), file.attributes().modified());
            byte[] content = new byte[10];
            assertEquals(7, reader.read(content));
            assertEquals(-1, reader.read(content));
            TarEntry symlink = reader.next().orElseThrow();
            assertEquals(TarEntry.Type.SYMBOLIC_LINK, symlink.type());
            assertEquals(name, symlink.linkName());
            TarEntry hardLink = reader.next().orElseThrow();
            assertEquals(TarEntry.Type.HARD_LINK, hardLink.type());
            assertEquals(name, hardLink.linkName());
            assertTrue(reader.next().isEmpty());
        }
    }

    @Test
    void contentThatIsNotReadIsSkipped() throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(TAR));

        reader.next();
        reader.next();

        assertEquals("empty", reader.next().orElseThrow().name());
    }

    @Property(tries = 300)
    void archiveCutAnywhereBeforeItsEndMarkIsWholeIsRefused(@ForAll @IntRange(max = END + 1023) int length) {
        failure(Arrays.copyOf(TAR, length));
    }

    @Test
    void archiveWithoutPaddingToARecordIsWhole() throws IOException {
        readAll(Arrays.copyOf(TAR, END + 1024));
        readAll(TAR);
    }

    @Property(tries = 500)
    void changedHeaderByteIsRefused(@ForAll @IntRange(max = 511) int position, @ForAll byte value) {
        if (TAR[position] == value || isChecksumFiller(position)) {
            return;
        }
        byte[] changed = TAR.clone();
        changed[position] = value;

        failure(changed);
    }

    /** The checksum does not cover how it is itself written. */
    private static boolean isChecksumFiller(int position) {
        return position >= 148 && position < 156;
    }

    @Property(tries = 200)
    void anythingBehindTheEndIsRefused(@ForAll @IntRange(min = END + 512) int position, @ForAll byte value) {
        int within = END + 512 + position % (TAR.length - END - 512 + 5000);
        if (value == 0) {
            return;
        }
        byte[] longer = Arrays.copyOf(TAR, Math.max(TAR.length, within + 1));
        longer[within] = value;

        assertTrue(failure(longer).contains("behind the end"));
    }

    @Test
    void zerosWithoutEndAreRefused() {
        long[] read = {0};
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                read[0]++;
                return 0;
            }
        };
        TarFormatException e = assertThrows(TarFormatException.class, () -> new TarReader(endless).next());
        assertTrue(e.getMessage().contains("follow the end"), e.getMessage());
        assertTrue(read[0] < 32 << 20, read[0] + " bytes were read");
    }

    @Test
    void lonelyBlockOfZerosIsNoEnd() {
        byte[] tar = Arrays.copyOf(TAR, END + 512);

        failure(tar);
    }

    @Test
    void nothingIsNoArchive() {
        assertTrue(failure(new byte[0]).contains("without an end mark"));
        failure(Trees.bytes("x".repeat(20_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"S", "D", "M", "V", "8", "Z", "A"})
    void unknownTypeIsRefused(String type) {
        assertTrue(failure(patch(TAR, TarField.TYPE, (byte) type.charAt(0))).contains("unknown type"));
    }

    @Test
    void sizeThatCannotBeIsRefused() {
        byte[] negative = new byte[12];
        Arrays.fill(negative, (byte) 0xff);
        byte[] huge = negative.clone();
        huge[0] = (byte) 0x80;
        byte[] file = new TarBuilder().file("f", "x".repeat(600)).bytes();

        assertTrue(failure(patch(file, TarField.SIZE, negative)).contains("size of -1"));
        failure(patch(file, TarField.SIZE, huge));
        failure(patch(file, TarField.SIZE, Trees.bytes("1x")));
        failure(patch(file, TarField.SIZE, Trees.bytes("77777777777")));
        assertTrue(failure(patch(TAR, TarField.SIZE, Trees.bytes("10"))).contains("size of 8"));
    }

    /** With the padding it is more than a long holds: passed over, such a file would look like an empty one. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 510, (1L << 60) + 1})
    void sizeThatNoFileHasIsRefusedByItsHeader(long size) {
        String value = " size=" + size + "\n";
        byte[] tar = new TarBuilder()
                .member("x", (byte) 'x', "", value.length() + 2 + value)
                .file("f", "")
                .bytes();

        assertTrue(failure(tar).contains("'f' has a size of " + size));
    }

    /** To read a number takes the square of its length, and there may be many in a header. */
    @ParameterizedTest
    @ValueSource(strings = {"size", "uid", "mtime"})
    @Timeout(60)
    void numberOfVeryManyDigitsIsRefusedUnread(String keyword) {
        String value = " " + keyword + "=" + "9".repeat(4000) + "\n";
        byte[] tar = new TarBuilder()
                .member("x", (byte) 'x', "", value.length() + 4 + value)
                .file("f", "")
                .bytes();

        assertTrue(failure(tar).contains("a number has 4000 characters"));
    }

    @Test
    void base256NumbersAreRead() throws IOException {
        byte[] size = {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, (byte) 0x9a};
        byte[] time = new byte[12];
        Arrays.fill(time, (byte) 0xff);
        byte[] file = new TarBuilder().file("f", "").bytes();

        assertEquals(0x12_3456_789aL, first(patch(file, TarField.SIZE, size)).sizeBytes());
        assertEquals(
                Instant.ofEpochSecond(-1),
                first(patch(file, TarField.MTIME, time)).attributes().modified().toInstant());
    }

    @Test
    void directoryOfOldIsWhatHasASlashAtItsEnd() throws IOException {
        byte[] old = patch(patch(TAR, TarField.TYPE, (byte) 0), TarField.MAGIC);

        assertEquals(TarEntry.Type.DIRECTORY, first(old).type());
    }

    @Test
    void prefixIsPartOfTheName() throws IOException {
        byte[] file = new TarBuilder().file("f", "").bytes();

        assertEquals(
                "dir/sub/f",
                first(patch(file, TarField.PREFIX, Trees.bytes("dir/sub"))).name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "11 path=abc",
                "12 path=abcd\n11",
                "99 path=abc\n",
                "0 path=abc\n",
                "-5 path=abc\n",
                "9999999999999999999999 path=a\n",
                "6 path\n",
                "12 size=abc\n",
                "14 size=-1000\n",
                "15 mtime=1e9999\n",
                "22 mtime=1e-2000000000\n",
                "26 GNU.sparse.size=123456\n"
            })
    void paxHeaderThatIsNotSoundIsRefused(String records) {
        byte[] tar = new TarBuilder()
                .member("x", (byte) 'x', "", records)
                .file("f", "x")
                .bytes();
        if (records.isEmpty()) {
            // no records are sound
            assertDoesNotThrow(() -> readAll(tar));
        } else {
            failure(tar);
        }
    }

    @Test
    void paxHeaderWithoutAnEntryIsRefused() {
        assertTrue(failure(new TarBuilder()
                        .member("x", (byte) 'x', "", "11 path=abc\n".replace("11", "12"))
                        .bytes())
                .contains("has no entry"));
    }

    @Test
    void paxHeaderOfAbsurdSizeIsRefusedBeforeItIsRead() {
        byte[] tar = patch(
                new TarBuilder().member("x", (byte) 'x', "", "").bytes(), TarField.SIZE, Trees.bytes("77777777777"));

        assertTrue(failure(tar).contains("extended header has a size"));
    }

    @Test
    void globalPaxHeaderHoldsForAll() throws IOException {
        // with the other letter the library refuses to go on writing
        byte[] tar = patch(
                new TarBuilder()
                        .member("g", (byte) 'x', "", "15 mtime=12.25\n")
                        .file("a", "")
                        .bytes(),
                TarField.TYPE,
                (byte) 'g');

        assertEquals(
                Instant.ofEpochSecond(12, 250_000_000),
                first(tar).attributes().modified().toInstant());
    }

    @Test
    void nameThatIsNotUtf8IsRefused() {
        byte[] file = new TarBuilder().file("f", "").bytes();

        assertTrue(failure(patch(file, TarField.NAME, (byte) 'a', (byte) 0xff)).contains("not UTF-8"));
    }

    @Test
    void ownersNameThatIsNotUtf8IsNone() throws IOException {
        byte[] file = new TarBuilder().file("f", "").bytes();

        assertEquals(
                "", first(patch(file, TarField.USER, (byte) 0xff)).attributes().user());
    }

    @Test
    void longNameReplacesOneThatIsCutWithinACharacter() throws IOException {
        // as GNU tar and WAL-E's GNU dialect cut it
        byte[] header = patch(new TarBuilder().file("f", "").bytes(), TarField.NAME, (byte) 'a', (byte) 0xc3);
        byte[] longName = new TarBuilder()
                .member("././@LongLink", (byte) 'L', "", "été\0")
                .bytes();
        byte[] tar = Arrays.copyOf(longName, 1024 + header.length);
        System.arraycopy(header, 0, tar, 1024, header.length);

        assertEquals("été", first(tar).name());
    }

    @Test
    void failureOfTheStreamPasses() {
        IOException failure = new IOException("connection reset");
        TarReader reader = new TarReader(Trees.failingAfter(Arrays.copyOf(TAR, 1024), failure));

        IOException thrown = assertThrows(IOException.class, () -> {
            while (reader.next().isPresent()) {}
        });

        assertEquals(failure, thrown);
    }
}
