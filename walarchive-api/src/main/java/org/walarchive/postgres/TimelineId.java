package org.walarchive.postgres;

import java.util.HexFormat;
import org.walarchive.stability.Stable;

/**
 * The number of a timeline; written in file names as eight hexadecimal digits.
 *
 * @param value 1 to 4294967295
 */
@Stable
public record TimelineId(long value) implements Comparable<TimelineId> {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public TimelineId {
        if (value < 1 || value > 0xFFFFFFFFL) {
            throw new IllegalArgumentException("timeline " + value + " is not in 1 to 4294967295");
        }
    }

    /**
     * Reads the eight hexadecimal digits of a file name.
     *
     * @param digits upper-case hexadecimal, as in {@code 0000000A}
     * @return the timeline
     * @throws IllegalArgumentException if the text is anything else
     */
    public static TimelineId parseHex(String digits) {
        if (!digits.matches("[0-9A-F]{8}")) {
            throw new IllegalArgumentException("\"" + digits + "\" is not a timeline of eight hexadecimal digits");
        }
        return new TimelineId(Long.parseLong(digits, 16));
    }

    /**
     * Returns the eight hexadecimal digits of a file name.
     *
     * @return such as {@code 0000000A}
     */
    public String toHex() {
        return HexFormat.of().withUpperCase().toHexDigits(value, 8);
    }

    @Override
    public int compareTo(TimelineId other) {
        return Long.compare(value, other.value);
    }

    /** Returns the decimal number. */
    @Override
    public String toString() {
        return Long.toString(value);
    }
}
