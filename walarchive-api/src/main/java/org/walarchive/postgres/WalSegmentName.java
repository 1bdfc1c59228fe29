package org.walarchive.postgres;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.walarchive.stability.Stable;

/**
 * The name of a WAL segment: timeline, high half of the LSN, number of the segment within it, each as eight
 * hexadecimal digits. PostgreSQL: {@code XLogFileName} in {@code xlog_internal.h}.
 *
 * @param timeline the timeline
 * @param xlogId the high half: 4 GiB each, 0 to 4294967295
 * @param segment the number within it, 0 to 4095 at 1 MiB
 */
@Stable
public record WalSegmentName(TimelineId timeline, long xlogId, long segment) implements Comparable<WalSegmentName> {

    private static final Pattern SYNTAX = Pattern.compile("[0-9A-F]{24}");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a number is negative or above 4294967295
     */
    public WalSegmentName {
        if (xlogId < 0 || xlogId > 0xFFFFFFFFL || segment < 0 || segment > 0xFFFFFFFFL) {
            throw new IllegalArgumentException("WAL segment " + xlogId + "," + segment + " is out of range");
        }
    }

    /**
     * Tells whether a text has the form of a segment's name.
     *
     * @param text any
     * @return true for 24 upper-case hexadecimal digits with a timeline of at least 1
     */
    public static boolean isValid(String text) {
        return SYNTAX.matcher(text).matches() && !text.startsWith("00000000");
    }

    /**
     * Reads a name.
     *
     * @param text such as {@code 000000010000000A000000FF}
     * @return the name
     * @throws IllegalArgumentException if the text is not 24 upper-case hexadecimal digits
     */
    public static WalSegmentName parse(String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not the name of a WAL segment such as 000000010000000A000000FF");
        }
        return new WalSegmentName(
                TimelineId.parseHex(text.substring(0, 8)),
                Long.parseLong(text.substring(8, 16), 16),
                Long.parseLong(text.substring(16), 16));
    }

    /**
     * Returns the segment that holds the byte at a position.
     *
     * @param timeline the timeline
     * @param lsn the position
     * @param size the size of segments
     * @return the segment whose first byte is at or before the position and whose last is at or after it
     * @throws IllegalArgumentException if no segment holds it, as in the gaps that 9.2 and older leave
     */
    public static WalSegmentName containing(TimelineId timeline, Lsn lsn, WalSegmentSize size) {
        long segment = (lsn.value() & 0xFFFFFFFFL) / size.bytes();
        if (segment >= size.segmentsPerXlogId()) {
            throw new IllegalArgumentException(
                    "no WAL segment holds " + lsn + ": PostgreSQL 9.2 and older skip the last of each 4 GiB");
        }
        return new WalSegmentName(timeline, lsn.value() >>> 32, segment);
    }

    /**
     * Returns the segment that holds the byte before a position: the last one needed to reach the position
     * ({@code XLByteToPrevSeg}). A position on a boundary needs only the segment that ends there.
     *
     * @param timeline the timeline
     * @param lsn the position, not 0/0
     * @param size the size of segments
     * @return the segment
     * @throws IllegalArgumentException if the position is 0/0
     */
    public static WalSegmentName endingAt(TimelineId timeline, Lsn lsn, WalSegmentSize size) {
        if (lsn.value() == 0) {
            throw new IllegalArgumentException("no WAL segment ends at 0/0");
        }
        Lsn last = lsn.plus(-1);
        // in a gap of 9.2 and older, the byte before it
        long segment = Math.min((last.value() & 0xFFFFFFFFL) / size.bytes(), size.segmentsPerXlogId() - 1);
        return new WalSegmentName(timeline, last.value() >>> 32, segment);
    }

    /**
     * Returns the segment at a place.
     *
     * @param timeline the timeline
     * @param number the number of segments before it, see {@link #number}
     * @param size the size of segments
     * @return the segment
     */
    public static WalSegmentName at(TimelineId timeline, long number, WalSegmentSize size) {
        long perXlogId = size.segmentsPerXlogId();
        return new WalSegmentName(timeline, number / perXlogId, number % perXlogId);
    }

    /**
     * Returns the next segment of the same timeline.
     *
     * @param size the size of segments
     * @return the segment after this one
     */
    public WalSegmentName next(WalSegmentSize size) {
        requireWithin(size);
        return segment + 1 == size.segmentsPerXlogId()
                ? new WalSegmentName(timeline, xlogId + 1, 0)
                : new WalSegmentName(timeline, xlogId, segment + 1);
    }

    /**
     * Returns the position of the first byte.
     *
     * @param size the size of segments
     * @return the position
     * @throws IllegalArgumentException if no segment of that size can have this number
     */
    public Lsn startLsn(WalSegmentSize size) {
        requireWithin(size);
        return new Lsn(xlogId << 32 | segment * size.bytes());
    }

    /**
     * Returns the number of segments since position 0/0, the same on every timeline.
     *
     * @param size the size of segments
     * @return the number, from 0
     * @throws IllegalArgumentException if no segment of that size can have this number
     */
    public long number(WalSegmentSize size) {
        requireWithin(size);
        return xlogId * size.segmentsPerXlogId() + segment;
    }

    /**
     * Returns the same position's segment on another timeline.
     *
     * @param other the timeline
     * @return the segment
     */
    public WalSegmentName on(TimelineId other) {
        return new WalSegmentName(other, xlogId, segment);
    }

    /**
     * Tells whether this segment's position lies before another's, whatever their timelines.
     *
     * @param other the other
     * @return false also for the same position on another timeline
     */
    public boolean isBefore(WalSegmentName other) {
        return xlogId != other.xlogId ? xlogId < other.xlogId : segment < other.segment;
    }

    private void requireWithin(WalSegmentSize size) {
        if (segment >= size.segmentsPerXlogId()) {
            throw new IllegalArgumentException(
                    "WAL segment " + this + " cannot exist where segments have " + size.bytes() + " bytes");
        }
    }

    /** Orders by position and, at the same position, by timeline. */
    @Override
    public int compareTo(WalSegmentName other) {
        int byXlogId = Long.compare(xlogId, other.xlogId);
        int bySegment = byXlogId != 0 ? byXlogId : Long.compare(segment, other.segment);
        return bySegment != 0 ? bySegment : timeline.compareTo(other.timeline);
    }

    /** Returns the name of the file. */
    @Override
    public String toString() {
        return timeline.toHex() + HEX.toHexDigits(xlogId, 8) + HEX.toHexDigits(segment, 8);
    }
}
