package org.walarchive.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.stability.Stable;

/**
 * A position in the WAL: a byte offset, unsigned, written by PostgreSQL as two hexadecimal halves, {@code 16/B374D848}.
 *
 * @param value the offset in bytes, as an unsigned number
 */
@Stable
public record Lsn(long value) implements Comparable<Lsn> {

    private static final Pattern SYNTAX = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    /**
     * Reads a position.
     *
     * @param text such as {@code 16/B374D848}
     * @return the position
     * @throws IllegalArgumentException if the text is not two hexadecimal numbers of at most eight digits
     */
    public static Lsn parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not an LSN such as 16/B374D848");
        }
        return new Lsn(Long.parseLong(matcher.group(1), 16) << 32 | Long.parseLong(matcher.group(2), 16));
    }

    /**
     * Returns the position some bytes on.
     *
     * @param bytes how many; may be negative
     * @return the position
     */
    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** Returns the position as PostgreSQL writes it. */
    @Override
    public String toString() {
        return String.format("%X/%X", value >>> 32, value & 0xFFFFFFFFL);
    }
}
