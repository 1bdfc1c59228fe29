package org.walarchive.core.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.walarchive.postgres.WalSegmentName;

final class WalPageHeaderTest {

    private static final int SEGMENT = 16 << 20;
    private static final WalSegmentName NAME = WalSegmentName.parse("000000030000000A00000012");

    private static ByteBuffer modern(ByteOrder order) {
        return ByteBuffer.allocate(WalPageHeader.LENGTH)
                .order(order)
                .putShort((short) 0xD118)
                .putShort((short) 0x0006)
                .putInt(2)
                .putLong(0xA_1200_0000L)
                .putInt(77)
                .putInt(0)
                .putLong(0xFEDCBA9876543210L)
                .putInt(SEGMENT)
                .putInt(8192);
    }

    private static ByteBuffer before93(ByteOrder order) {
        return ByteBuffer.allocate(WalPageHeader.LENGTH)
                .order(order)
                .putShort((short) 0xD071)
                .putShort((short) 0x0002)
                .putInt(2)
                .putInt(0xA)
                .putInt(0x1200_0000)
                .putLong(0xFEDCBA9876543210L)
                .putInt(SEGMENT)
                .putInt(8192);
    }

    private static void require(String expected, ByteBuffer head, long length) {
        assertEquals(Optional.of(expected), WalPageHeader.mismatch(head.array(), NAME, length));
    }

    @Example
    void readsBothLayoutsInBothByteOrders() {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            for (ByteBuffer head : new ByteBuffer[] {modern(order), before93(order)}) {
                WalPageHeader header = WalPageHeader.parse(head.array()).orElseThrow();
                assertEquals(2, header.timeline());
                assertEquals("A/12000000", header.pageAddress().toString());
                assertEquals(0xFEDCBA9876543210L, header.systemIdentifier().value());
                assertEquals(SEGMENT, header.segmentSize());
                assertEquals(8192, header.blockSize());
                assertEquals(
                        header.magic() == 0xD071,
                        header.walSegmentSize().orElseThrow().skipsLast());
                assertEquals(Optional.empty(), WalPageHeader.mismatch(head.array(), NAME, SEGMENT));
            }
        }
    }

    @Example
    void saysWhatIsWrong() {
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        require(
                "the file does not begin with a page of WAL: its first bytes are 00 00 06 00",
                modern(order).putShort(0, (short) 0),
                SEGMENT);
        require(
                "the first page has no long header (flags 0004): it is not the first of a segment",
                modern(order).putShort(2, (short) 4),
                SEGMENT);
        require(
                "the first page says segments have 16777217 bytes, which is impossible",
                modern(order).putInt(32, SEGMENT + 1),
                SEGMENT + 1);
        require(
                "the first page says segments have 524288 bytes, which is impossible",
                modern(order).putInt(32, 1 << 19),
                1 << 19);
        require(
                "the first page says segments have 2147483648 bytes, which is impossible",
                modern(order).putInt(32, 1 << 31),
                1L << 31);
        require("the file has 16777215 bytes, its first page says segments have 16777216", modern(order), SEGMENT - 1);
        require(
                "the first page is that of A/13000000, the name is that of A/12000000",
                modern(order).putLong(8, 0xA_1300_0000L),
                SEGMENT);
        require(
                "no segment of 1073741824 bytes can have the name 000000030000000A00000012",
                modern(order).putInt(32, 1 << 30),
                1 << 30);
        require(
                "the first page was written on timeline 4, the name has timeline 3",
                modern(order).putInt(4, 4),
                SEGMENT);
        require(
                "the first page was written on timeline 0, the name has timeline 3",
                modern(order).putInt(4, 0),
                SEGMENT);
        assertEquals(
                Optional.empty(),
                WalPageHeader.mismatch(modern(order).putInt(4, 3).array(), NAME, SEGMENT));
        assertEquals(
                Optional.of("the file has only 39 bytes"),
                WalPageHeader.mismatch(Arrays.copyOf(modern(order).array(), 39), NAME, 39));
    }

    @Example
    void parsesNothingElse() {
        ByteBuffer head = modern(ByteOrder.LITTLE_ENDIAN);
        assertTrue(WalPageHeader.parse(head.array()).isPresent());
        assertFalse(WalPageHeader.parse(Arrays.copyOf(head.array(), 39)).isPresent());
        assertFalse(WalPageHeader.parse(head.putShort(2, (short) 1).array()).isPresent());
        assertFalse(WalPageHeader.parse(new byte[WalPageHeader.LENGTH]).isPresent());
    }

    @Property(tries = 1000)
    void neverFailsOnAnyBytes(@ForAll @Size(max = 80) byte[] bytes, @ForAll boolean wal) {
        if (wal && bytes.length > 4) {
            bytes[0] = 0x18;
            bytes[1] = (byte) 0xD1;
            bytes[2] = 2;
        }
        assertTrue(WalPageHeader.mismatch(bytes, NAME, bytes.length).isPresent());
        assertEquals(wal && bytes.length >= 40, WalPageHeader.parse(bytes).isPresent() && wal);
    }
}
