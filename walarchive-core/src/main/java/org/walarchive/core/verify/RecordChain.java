package org.walarchive.core.verify;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * Follows the pages and records of one segment, page by page: {@code XLogPageHeaderData} of {@code xlog_internal.h} and
 * {@code XLogReadRecord} of {@code xlogreader.c}, PostgreSQL 9.5 to 18. What follows a record that switches to the next segment
 * is not used, and not looked at.
 */
final class RecordChain {

    private static final int SHORT_HEADER_BYTES = 24;
    private static final int LONG_HEADER_BYTES = 40;
    private static final int ALIGNMENT = 8;

    private static final int CONTINUES = 0x0001;
    private static final int LONG_HEADER = 0x0002;
    private static final int OVERWRITES = 0x0008;

    private final WalSegmentName name;
    private final WalPageHeader first;
    private final ByteOrder order;
    private Lsn next;
    private long lastTimeline = 1;
    private boolean atFirstPage = true;
    private boolean ended;

    private @Nullable WalRecord record;
    /** What is left of a record that began in the segment before. */
    private int continuing;

    private int continued;
    private final ByteArrayOutputStream continuation = new ByteArrayOutputStream();
    private boolean overwrites;
    private Optional<Lsn> firstPrevious = Optional.empty();
    private Optional<Lsn> lastRecord = Optional.empty();

    RecordChain(WalSegmentName name, WalSegmentSize size, WalPageHeader first, ByteOrder order) {
        this.name = name;
        this.first = first;
        this.order = order;
        this.next = name.startLsn(size);
    }

    /** Tells whether the rest of the segment is not used. */
    boolean ended() {
        return ended;
    }

    /** Returns how the segment begins and ends, after its last page. */
    SegmentEdges edges() {
        boolean kept = continued <= SegmentEdges.MAX_KEPT_BYTES && continuing == 0;
        return new SegmentEdges(
                first.magic(),
                continued,
                kept ? continuation.toByteArray() : null,
                overwrites,
                firstPrevious,
                lastRecord,
                record);
    }

    /** Returns the position up to which the segment was found to be right. */
    Lsn position() {
        return next;
    }

    /** Takes the next page, and tells what is wrong with it. */
    Optional<String> page(byte[] page) {
        ByteBuffer header = ByteBuffer.wrap(page).order(order);
        int info = header.getShort(2) & 0xFFFF;
        Optional<String> fault = header(header, info).or(() -> continuation(info, header.getInt(16)));
        if (fault.isPresent()) {
            return fault;
        }
        fault = records(page, atFirstPage ? LONG_HEADER_BYTES : SHORT_HEADER_BYTES);
        next = next.plus(page.length);
        atFirstPage = false;
        return fault;
    }

    private Optional<String> header(ByteBuffer header, int info) {
        int magic = header.getShort(0) & 0xFFFF;
        long timeline = header.getInt(4) & 0xFFFFFFFFL;
        Lsn address = new Lsn(header.getLong(8));
        if (magic != first.magic()) {
            return Optional.of(
                    String.format("the page at %s begins with %04X instead of %04X", next, magic, first.magic()));
        } else if (!address.equals(next)) {
            return Optional.of("the page at " + next + " is that of " + address);
        } else if (timeline < lastTimeline || timeline > name.timeline().value()) {
            return Optional.of("the page at " + next + " was written on timeline " + timeline);
        } else if (((info & LONG_HEADER) != 0) != atFirstPage) {
            return Optional.of(String.format("the page at %s has the flags %04X", next, info));
        }
        lastTimeline = timeline;
        return Optional.empty();
    }

    private Optional<String> continuation(int info, int remaining) {
        boolean continues = (info & CONTINUES) != 0;
        if ((info & OVERWRITES) != 0) {
            // a crash cut the record short, and the server went on with another one in its place
            overwrites |= atFirstPage;
            record = null;
            continuing = 0;
        } else if (atFirstPage && continues) {
            if (remaining <= 0) {
                return Optional.of("the page at " + next + " continues a record by " + remaining + " bytes");
            }
            continued = remaining;
            continuing = remaining;
            return Optional.empty();
        }
        int expected = record == null ? continuing : record.remaining();
        if (continues != expected > 0 || continues && remaining != expected) {
            return Optional.of("the page at " + next + " continues a record by " + (continues ? remaining : 0)
                    + " bytes, and " + expected + " are missing");
        }
        return Optional.empty();
    }

    private Optional<String> records(byte[] page, int headerBytes) {
        int position = headerBytes;
        while (position < page.length && !ended) {
            if (continuing > 0) {
                int count = Math.min(continuing, page.length - position);
                if (continued <= SegmentEdges.MAX_KEPT_BYTES) {
                    continuation.write(page, position, count);
                }
                continuing -= count;
                position = aligned(position + count);
                continue;
            }
            if (record == null) {
                int length = ByteBuffer.wrap(page).order(order).getInt(position);
                Lsn start = next.plus(position);
                if (length < WalRecord.HEADER_BYTES || length > WalRecord.MAX_BYTES) {
                    return Optional.of("at " + start + " there is no record: its length would be " + length);
                }
                record = new WalRecord(start, length, order);
            }
            int count = Math.min(record.remaining(), page.length - position);
            record.take(page, position, count);
            position = aligned(position + count);
            if (record.remaining() == 0) {
                Optional<String> fault = finish(record);
                if (fault.isPresent()) {
                    return fault;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> finish(WalRecord whole) {
        Optional<String> fault = whole.fault(lastRecord);
        if (fault.isPresent()) {
            return fault;
        }
        if (firstPrevious.isEmpty() && lastRecord.isEmpty()) {
            firstPrevious = Optional.of(whole.previous());
        }
        lastRecord = Optional.of(whole.start());
        ended = whole.endsSegment();
        record = null;
        return Optional.empty();
    }

    private static int aligned(int position) {
        return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
