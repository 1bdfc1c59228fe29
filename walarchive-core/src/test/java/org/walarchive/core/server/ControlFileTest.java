package org.walarchive.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.LocalFileException;
import org.walarchive.core.server.ControlFile.State;
import org.walarchive.postgres.Lsn;

/** Layouts that no server at hand writes, and what a reader meets while a server writes. */
final class ControlFileTest {

    /** 9.5 and 9.6 have the same layout, with other versions; the server of 9.6 confirms it in {@link ControlFileIT}. */
    private static final int CRC_9_5 = 256;

    /** Without two transaction identifiers and one flag, which with their padding took 16 bytes. */
    private static final int CRC_9_4 = 240;

    private static byte[] file(ByteOrder order, int catalogVersion, int blockSizePosition, int crcPosition) {
        ByteBuffer file = ByteBuffer.allocate(8192).order(order);
        file.putLong(0, 0x0123456789ABCDEFL);
        file.putInt(8, 942);
        file.putInt(12, catalogVersion);
        file.putInt(16, State.SHUT_DOWN.ordinal());
        file.putLong(32, 0x1_0000_0028L);
        file.putLong(40, 0x0_FF00_0028L);
        file.putLong(48, 0x1_0000_0020L);
        file.putInt(56, 3);
        file.putInt(60, 2);
        file.putInt(blockSizePosition, 8192);
        file.putInt(blockSizePosition + 12, 16 << 20);
        file.putInt(crcPosition - 4, 1);
        byte[] bytes = file.array();
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, crcPosition);
        file.putInt(
                crcPosition, catalogVersion < 201500000 ? LegacyCrc32.of(bytes, crcPosition) : (int) crc.getValue());
        return bytes;
    }

    private static byte[] file95(ByteOrder order) {
        return file(order, 201510051, CRC_9_5 - 40, CRC_9_5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsBothLayoutsOfVersion942(boolean bigEndian) throws Exception {
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] file94 = file(order, 201409291, CRC_9_4 - 40, CRC_9_4);
        for (byte[] bytes : List.of(file94, file95(order))) {
            ControlFile control = ControlFile.parse(bytes);
            assertEquals(0x0123456789ABCDEFL, control.systemIdentifier().value());
            assertEquals(State.SHUT_DOWN, control.state());
            assertEquals(Lsn.parse("1/28"), control.checkpoint());
            assertEquals(Optional.of(Lsn.parse("0/FF000028")), control.previousCheckpoint());
            assertEquals(Lsn.parse("1/20"), control.redo());
            assertEquals(3, control.timeline().value());
            assertEquals(2, control.previousTimeline().value());
            assertEquals(8192, control.blockSize());
            assertEquals(16 << 20, control.walSegmentSize().bytes());
            assertEquals(1, control.dataChecksumVersion());
        }
    }

    /** What {@code show_trgm('слон')} of pg_trgm says: of each trigram, the first three bytes in memory. */
    @ParameterizedTest
    @CsvSource({"'  с',bad824", "' сл',f6facf", "сло,64353f", "лон,3536da", "'он ',fea8d8"})
    void hasTheLegacyChecksumOfTheServer(String trigram, String expected) {
        byte[] bytes = trigram.getBytes(StandardCharsets.UTF_8);
        int crc = Integer.reverseBytes(LegacyCrc32.of(bytes, bytes.length));
        assertEquals(expected, String.format("%08x", crc).substring(0, 6));
    }

    private static byte[] torn(int variant) {
        byte[] bytes = file95(ByteOrder.LITTLE_ENDIAN);
        bytes[32] = (byte) (0x80 + variant);
        return bytes;
    }

    private static ControlFile read(Deque<byte[]> reads, int[] pauses) throws Exception {
        return ControlFile.read("pg_control", reads::remove, () -> pauses[0]++);
    }

    @Test
    void repeatsATornRead() throws Exception {
        int[] pauses = new int[1];
        Deque<byte[]> reads = new ArrayDeque<>(List.of(torn(1), torn(2), file95(ByteOrder.LITTLE_ENDIAN)));
        assertEquals(State.SHUT_DOWN, read(reads, pauses).state());
        assertEquals(2, pauses[0]);
    }

    @Test
    void givesUpWhenTheSameComesTwice() {
        int[] pauses = new int[1];
        Deque<byte[]> reads = new ArrayDeque<>(List.of(torn(1), torn(2), torn(2), file95(ByteOrder.LITTLE_ENDIAN)));
        LocalFileException failure = assertThrows(LocalFileException.class, () -> read(reads, pauses));
        assertEquals("control file pg_control is damaged", failure.getMessage());
        assertEquals(1, reads.size());
    }

    @Test
    void givesUpAfterTenReads() {
        int[] pauses = new int[1];
        Deque<byte[]> reads = new ArrayDeque<>();
        for (int i = 0; i < 11; i++) {
            reads.add(torn(i));
        }
        assertThrows(LocalFileException.class, () -> read(reads, pauses));
        assertEquals(1, reads.size());
    }

    /** The read of a directory fails as that of a broken disk does: after it was opened, and Java does not say of what. */
    @Test
    void aReadThatFailsNamesTheFile(@TempDir Path data) throws IOException {
        Path file = Files.createDirectories(data.resolve("global/pg_control"));
        IOException failure = assertThrows(IOException.class, () -> ControlFile.read(data));
        assertTrue(failure.toString().contains(file.toString()), failure::toString);
    }

    @Test
    void namesAnUnknownVersion() {
        byte[] bytes = file95(ByteOrder.nativeOrder());
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(8, 1900);
        LocalFileException failure = assertThrows(LocalFileException.class, () -> ControlFile.parse(bytes));
        assertEquals("control file pg_control has the unknown version 1900", failure.getMessage());
        assertTrue(failure.hint().isPresent());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 300, 511})
    void namesAShortFile(int length) {
        byte[] bytes = Arrays.copyOf(file95(ByteOrder.LITTLE_ENDIAN), length);
        LocalFileException failure = assertThrows(LocalFileException.class, () -> ControlFile.parse(bytes));
        assertEquals("control file pg_control is too short", failure.getMessage());
    }
}
