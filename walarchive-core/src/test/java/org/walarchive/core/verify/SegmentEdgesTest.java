package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.walarchive.postgres.Lsn;

final class SegmentEdgesTest {

    private static final Lsn PREVIOUS = new Lsn(0x1000);
    private static final Lsn START = new Lsn(0x2000);

    /** A record as PostgreSQL 9.5 and newer write it. */
    private static byte[] record(int length, Lsn previous) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(length).putInt(7).putLong(previous.value()).put((byte) 0).put((byte) 10);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 24, length - 24);
        crc.update(bytes.array(), 0, 20);
        bytes.putInt(20, (int) crc.getValue());
        return bytes.array();
    }

    private static SegmentEdges endsWith(byte[] record, int count) {
        WalRecord unfinished = new WalRecord(START, record.length, ByteOrder.LITTLE_ENDIAN);
        unfinished.take(record, 0, count);
        return new SegmentEdges(0xD116, 0, new byte[0], false, Optional.empty(), Optional.of(PREVIOUS), unfinished);
    }

    private static SegmentEdges beginsWith(byte[] record, int from, Lsn firstPrevious) {
        byte[] rest = Arrays.copyOfRange(record, from, record.length);
        return new SegmentEdges(0xD116, rest.length, rest, false, Optional.of(firstPrevious), Optional.empty(), null);
    }

    @Test
    void aRecordThatGoesOnIsFollowed() {
        byte[] record = record(100, PREVIOUS);
        for (int cut : new int[] {8, 16, 24, 32, 96}) {
            assertEquals(Optional.empty(), endsWith(record, cut).fault(beginsWith(record, cut, START)));
        }
    }

    @Test
    void aWrongByteOnEitherSideIsFound() {
        for (int wrong : new int[] {0, 9, 17, 40, 99}) {
            byte[] damaged = record(100, PREVIOUS);
            if (wrong > 3) {
                damaged[wrong] ^= 1;
                assertTrue(
                        endsWith(damaged, 24)
                                .fault(beginsWith(damaged, 24, START))
                                .isPresent(),
                        "byte " + wrong);
            }
        }
    }

    @Test
    void aRestOfAnotherLengthIsFound() {
        byte[] record = record(100, PREVIOUS);
        assertTrue(endsWith(record, 24).fault(beginsWith(record, 32, START)).isPresent());
    }

    @Test
    void aFirstRecordThatFollowsAnotherIsFound() {
        byte[] record = record(100, PREVIOUS);
        assertTrue(endsWith(record, 24).fault(beginsWith(record, 24, PREVIOUS)).isPresent());
        SegmentEdges whole =
                new SegmentEdges(0xD116, 0, new byte[0], false, Optional.empty(), Optional.of(PREVIOUS), null);
        SegmentEdges next = new SegmentEdges(0xD116, 0, new byte[0], false, Optional.of(START), Optional.empty(), null);
        assertTrue(whole.fault(next).isPresent());
        assertTrue(whole.fault(beginsWith(record, 24, START)).isPresent());
    }

    @Test
    void aRecordThatACrashCutShortIsOverwritten() {
        byte[] record = record(100, PREVIOUS);
        SegmentEdges next =
                new SegmentEdges(0xD116, 0, new byte[0], true, Optional.of(PREVIOUS), Optional.empty(), null);
        assertEquals(Optional.empty(), endsWith(record, 24).fault(next));
    }

    @Test
    void aServerThatWasResetBeginsAnew() {
        SegmentEdges whole =
                new SegmentEdges(0xD116, 0, new byte[0], false, Optional.empty(), Optional.of(PREVIOUS), null);
        SegmentEdges next =
                new SegmentEdges(0xD116, 0, new byte[0], false, Optional.of(new Lsn(0)), Optional.empty(), null);
        assertEquals(Optional.empty(), whole.fault(next));
    }

    @Test
    void anotherReleaseIsFound() {
        SegmentEdges whole =
                new SegmentEdges(0xD116, 0, new byte[0], false, Optional.empty(), Optional.of(PREVIOUS), null);
        SegmentEdges next =
                new SegmentEdges(0xD106, 0, new byte[0], false, Optional.of(PREVIOUS), Optional.empty(), null);
        assertTrue(whole.fault(next).isPresent());
    }
}
