package org.walarchive.core.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.walarchive.postgres.Lsn;

/**
 * A record while its bytes come in: {@code XLogRecord} of {@code xlogrecord.h}, the same from PostgreSQL 9.5 to 18. The checksum,
 * CRC-32C, is over what follows the header and then over the header up to the checksum.
 */
final class WalRecord {

    static final int HEADER_BYTES = 24;

    /** {@code XLogRecordMaxSize}, which newer servers enforce, leaves no room for more. */
    static final int MAX_BYTES = 1020 << 20;

    private static final int PREV_OFFSET = 8;
    private static final int INFO_OFFSET = 16;
    private static final int MANAGER_OFFSET = 17;
    private static final int CRC_OFFSET = 20;

    private static final int XLOG_MANAGER = 0;
    private static final int XLOG_SWITCH = 0x40;

    private final Lsn start;
    private final int length;
    private final ByteOrder order;
    private final byte[] header = new byte[HEADER_BYTES];
    private final CRC32C crc = new CRC32C();
    private int taken;

    WalRecord(Lsn start, int length, ByteOrder order) {
        this.start = start;
        this.length = length;
        this.order = order;
    }

    Lsn start() {
        return start;
    }

    int remaining() {
        return length - taken;
    }

    /** Takes the next bytes, no more than remain. */
    void take(byte[] bytes, int offset, int count) {
        int ofHeader = Math.max(0, Math.min(count, HEADER_BYTES - taken));
        System.arraycopy(bytes, offset, header, Math.min(taken, HEADER_BYTES), ofHeader);
        crc.update(bytes, offset + ofHeader, count - ofHeader);
        taken += count;
    }

    /**
     * Tells what is wrong with the record once it is whole.
     *
     * @param previous where the record before begins, if that is known
     */
    Optional<String> fault(Optional<Lsn> previous) {
        if (previous.isPresent() && !previous.get().equals(previous())) {
            return Optional.of("the record at " + start + " follows one at " + previous()
                    + ", and the one before it is at " + previous.get());
        }
        crc.update(header, 0, CRC_OFFSET);
        int stored = buffer().getInt(CRC_OFFSET);
        return stored == (int) crc.getValue()
                ? Optional.empty()
                : Optional.of("the checksum of the record at " + start + " does not agree");
    }

    /** Returns where the record says that the one before begins. */
    Lsn previous() {
        return new Lsn(buffer().getLong(PREV_OFFSET));
    }

    /** Tells whether the rest of the segment is not used. */
    boolean endsSegment() {
        return header[MANAGER_OFFSET] == XLOG_MANAGER && (header[INFO_OFFSET] & 0xF0) == XLOG_SWITCH;
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(header).order(order);
    }
}
