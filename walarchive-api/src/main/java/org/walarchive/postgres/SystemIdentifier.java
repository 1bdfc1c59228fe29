package org.walarchive.postgres;

import org.walarchive.stability.Stable;

/**
 * The number that initdb gave a cluster; it tells clusters apart. Unsigned, written in decimal.
 *
 * @param value the number, as an unsigned one
 */
@Stable
public record SystemIdentifier(long value) {

    /**
     * Reads the decimal number.
     *
     * @param text such as {@code 7319283746512093847}
     * @return the identifier
     * @throws IllegalArgumentException if the text is not an unsigned 64-bit number
     */
    public static SystemIdentifier parse(String text) {
        try {
            if (!text.matches("[0-9]+")) { // else a sign and the digits of other scripts would pass
                throw new NumberFormatException("not all digits");
            }
            return new SystemIdentifier(Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a system identifier", e);
        }
    }

    /** Returns the decimal number. */
    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
