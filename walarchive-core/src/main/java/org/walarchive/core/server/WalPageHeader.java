package org.walarchive.core.server;

import java.nio.ByteOrder;
import java.util.Optional;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * The header of the first page of a WAL segment: {@code XLogLongPageHeaderData} of {@code xlog_internal.h}.
 *
 * @param magic the version of the format of WAL, such as 0xD118 for PostgreSQL 18
 * @param info the flags
 * @param timeline the timeline the page was written on; 0 is not one, but may be read
 * @param pageAddress the position of the page's first byte
 * @param systemIdentifier which cluster wrote it
 * @param segmentSize the size of WAL segments in bytes
 * @param blockSize the size of WAL pages in bytes
 */
public record WalPageHeader(
        int magic,
        int info,
        long timeline,
        Lsn pageAddress,
        SystemIdentifier systemIdentifier,
        long segmentSize,
        long blockSize) {

    /** How many bytes of the beginning of a segment are needed. */
    public static final int LENGTH = 40;

    private static final int FIRST_MAGIC = 0xD05E;
    private static final int LAST_MAGIC = 0xD1FF;

    /** 9.3, the first where a position is one number of 64 bits and pages say how much of a record they continue. */
    private static final int MAGIC_9_3 = 0xD075;

    private static final int XLP_LONG_HEADER = 0x0002;

    /**
     * Reads a header in the byte order in which its magic number is one of WAL.
     *
     * @param head the first {@value #LENGTH} bytes of a segment, or more
     * @return the header; empty if it does not begin as a page of WAL does, has no long header or is too short
     */
    public static Optional<WalPageHeader> parse(byte[] head) {
        if (head.length < LENGTH) {
            return Optional.empty();
        }
        return order(head)
                .map(order -> read(new CStruct(head, order)))
                .filter(header -> (header.info & XLP_LONG_HEADER) != 0);
    }

    private static Optional<ByteOrder> order(byte[] head) {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            int magic = new CStruct(head, order).int16();
            if (magic >= FIRST_MAGIC && magic <= LAST_MAGIC) {
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }

    private static WalPageHeader read(CStruct struct) {
        int magic = struct.int16();
        int info = struct.int16();
        long timeline = struct.uint32();
        Lsn pageAddress;
        if (magic < MAGIC_9_3) {
            long high = struct.uint32();
            pageAddress = new Lsn(high << 32 | struct.uint32());
        } else {
            pageAddress = new Lsn(struct.int64());
            struct.skipInt32(1); // xlp_rem_len
        }
        SystemIdentifier systemIdentifier = new SystemIdentifier(struct.int64());
        return new WalPageHeader(
                magic, info, timeline, pageAddress, systemIdentifier, struct.uint32(), struct.uint32());
    }

    /**
     * Tells what is wrong with a file that is to be a segment.
     *
     * @param head its first {@value #LENGTH} bytes, or more, or all if it is shorter
     * @param name the segment it is to be
     * @param fileLength its length in bytes
     * @return the first thing that is wrong; empty if its beginning is that of the segment
     */
    public static Optional<String> mismatch(byte[] head, WalSegmentName name, long fileLength) {
        if (head.length < LENGTH) {
            return Optional.of("the file has only " + fileLength + " bytes");
        }
        Optional<ByteOrder> order = order(head);
        if (order.isEmpty()) {
            return Optional.of(String.format(
                    "the file does not begin with a page of WAL: its first bytes are %02X %02X %02X %02X",
                    head[0], head[1], head[2], head[3]));
        }
        WalPageHeader header = read(new CStruct(head, order.get()));
        if ((header.info & XLP_LONG_HEADER) == 0) {
            return Optional.of(String.format(
                    "the first page has no long header (flags %04X): it is not the first of a segment", header.info));
        }
        return header.mismatch(name, fileLength);
    }

    /**
     * Tells what is wrong with a file that has this header and is to be a segment.
     *
     * @param name the segment it is to be
     * @param fileLength its length in bytes
     * @return the first thing that is wrong; empty if this is the header of the segment
     */
    public Optional<String> mismatch(WalSegmentName name, long fileLength) {
        Optional<WalSegmentSize> size = walSegmentSize();
        if (size.isEmpty()) {
            return Optional.of("the first page says segments have " + segmentSize + " bytes, which is impossible");
        }
        if (segmentSize != fileLength) {
            return Optional.of(
                    "the file has " + fileLength + " bytes, its first page says segments have " + segmentSize);
        }
        if (name.segment() >= size.get().segmentsPerXlogId()) {
            return Optional.of("no segment of " + segmentSize + " bytes can have the name " + name);
        }
        Lsn start = name.startLsn(size.get());
        // not equals, which a record makes at its first call: 10 ms of a process that archives one segment
        if (pageAddress.compareTo(start) != 0) {
            return Optional.of("the first page is that of " + pageAddress + ", the name is that of " + start);
        }
        if (timeline == 0 || timeline > name.timeline().value()) {
            return Optional.of("the first page was written on timeline " + timeline + ", the name has timeline "
                    + name.timeline());
        }
        return Optional.empty();
    }

    /**
     * Returns how the cluster that wrote the page cuts its WAL into segments.
     *
     * @return the size; empty if it is none that PostgreSQL has
     */
    public Optional<WalSegmentSize> walSegmentSize() {
        if (segmentSize < 1 << 20 || segmentSize > 1 << 30 || Long.bitCount(segmentSize) != 1) {
            return Optional.empty();
        }
        return Optional.of(new WalSegmentSize((int) segmentSize, magic < MAGIC_9_3));
    }
}
