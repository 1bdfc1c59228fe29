package org.walarchive;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.stability.Experimental;

/**
 * How much WAL may wait to be archived before files that cannot be archived are dropped: PostgreSQL is told that they are archived, so that it removes
 * them, and its disk does not fill. See {@link ArchiveConfig#walQueueLimit}.
 *
 * @param bytes at least 1 MiB, less than which nobody means; dropping begins when there is more
 */
@Experimental
public record WalQueueLimit(long bytes) {

    private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,18}) *(|B|[KMGT]I?B?)");
    private static final String UNITS = "BKMGT";

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is less than 1 MiB
     */
    public WalQueueLimit {
        if (bytes < 1 << 20) {
            throw new IllegalArgumentException("a limit of " + bytes + " bytes of waiting WAL is less than 1 MiB");
        }
    }

    /**
     * Reads a limit.
     *
     * @param text a number of bytes, or one with a unit in powers of 1024, as in PostgreSQL's and pgBackRest's settings: {@code 500MB},
     *     {@code 100GiB}, {@code 1T}
     * @return the limit
     * @throws IllegalArgumentException if it is something else
     */
    public static WalQueueLimit parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no size, such as 500MB, 100GB or 1TB");
        }
        String unit = matcher.group(2);
        int power = unit.isEmpty() ? 0 : UNITS.indexOf(unit.charAt(0));
        try {
            return new WalQueueLimit(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << 10 * power));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("\"" + text + "\" is too large", e);
        }
    }

    /** Returns the number of bytes. */
    @Override
    public String toString() {
        return bytes + " bytes";
    }
}
