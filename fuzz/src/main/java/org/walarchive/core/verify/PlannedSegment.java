package org.walarchive.core.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.zip.CRC32C;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** A segment of 1 MiB with records of planned lengths and a switch to the next segment, as PostgreSQL 17 writes it. */
final class PlannedSegment {

    private static final int PAGE_BYTES = 8192;
    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int MAGIC = 0xD116;
    private static final int CONTINUES = 1;
    private static final int LONG_HEADER = 2;
    private static final int SWITCH = 0x40;

    private final byte[] bytes = new byte[SEGMENT_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private final BitSet ofRecords = new BitSet();
    private final WalSegmentName name;
    private final long start;
    private int position;
    private long previous;

    /** Makes a record of each two bytes of the plan, the length and what fills it. */
    PlannedSegment(WalSegmentName name, byte[] plan) {
        this.name = name;
        start = name.startLsn(WalSegmentSize.ofBytes(SEGMENT_BYTES)).value();
        for (int i = 0; i + 1 < plan.length && position < SEGMENT_BYTES - 8 * PAGE_BYTES; i += 2) {
            int length = plan[i] & 0xff;
            record(length > 250 ? length * 150 : length * 3, plan[i + 1], 0);
        }
        record(0, (byte) 0, SWITCH);
        int end = (position + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
        for (position = end; position < SEGMENT_BYTES; position += PAGE_BYTES) {
            page(0);
            position -= position % PAGE_BYTES;
        }
        position = end;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Returns where the pages with records end. */
    int length() {
        return position;
    }

    boolean isOfRecord(int at) {
        return ofRecords.get(at);
    }

    private void record(int length, byte filler, int info) {
        ByteBuffer record = ByteBuffer.allocate(WalRecord.HEADER_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        if (position % PAGE_BYTES == 0) {
            page(0);
        }
        record.putInt(record.capacity())
                .putInt(filler)
                .putLong(previous)
                .put((byte) info)
                .put((byte) 0);
        previous = start + position;
        for (int i = WalRecord.HEADER_BYTES; i < record.capacity(); i++) {
            record.put(i, (byte) (filler + i));
        }
        CRC32C crc = new CRC32C();
        crc.update(record.array(), WalRecord.HEADER_BYTES, length);
        crc.update(record.array(), 0, 20);
        record.putInt(20, (int) crc.getValue());
        write(record.rewind());
        position = (position + 7) / 8 * 8;
    }

    private void write(ByteBuffer record) {
        while (record.hasRemaining()) {
            if (position % PAGE_BYTES == 0) {
                page(record.remaining());
            }
            int count = Math.min(record.remaining(), PAGE_BYTES - position % PAGE_BYTES);
            record.get(bytes, position, count);
            ofRecords.set(position, position + count);
            position += count;
        }
    }

    private void page(int remaining) {
        int info = (position == 0 ? LONG_HEADER : 0) | (remaining > 0 ? CONTINUES : 0);
        buffer.position(position);
        buffer.putShort((short) MAGIC)
                .putShort((short) info)
                .putInt((int) name.timeline().value())
                .putLong(start + position)
                .putInt(remaining)
                .putInt(0);
        if (position == 0) {
            buffer.putLong(7319283746512093847L).putInt(SEGMENT_BYTES).putInt(PAGE_BYTES);
        }
        position = buffer.position();
    }
}
