package org.walarchive.core.tar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/** A field of a header block, and how texts and numbers are written in it (POSIX.1-2017, pax; GNU tar, tar.h). */
enum TarField {
    NAME(0, 100),
    MODE(100, 8),
    UID(108, 8),
    GID(116, 8),
    SIZE(124, 12),
    MTIME(136, 12),
    CHECKSUM(148, 8),
    TYPE(156, 1),
    LINK_NAME(157, 100),
    MAGIC(257, 6),
    USER(265, 32),
    GROUP(297, 32),
    PREFIX(345, 155);

    /** More than a number has that is written in characters: to read one takes the square of its length. */
    private static final int MAX_DIGITS = 80;

    private static final int LONGEST_SHOWN = 100;

    final int offset;
    final int length;

    TarField(int offset, int length) {
        this.offset = offset;
        this.length = length;
    }

    String text(byte[] block) throws TarFormatException {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return utf8(block, offset, end);
    }

    /** Reads octal digits, or GNU's base-256 where the first bit is set. */
    long number(byte[] block) throws TarFormatException {
        if ((block[offset] & 0x80) != 0) {
            byte[] digits = Arrays.copyOfRange(block, offset, offset + length);
            if ((digits[0] & 0x40) == 0) {
                digits[0] &= 0x7f;
            }
            return longValue(new BigInteger(digits));
        }
        String digits = new String(block, offset, length, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .trim();
        try {
            return digits.isEmpty() ? 0 : Long.parseUnsignedLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new TarFormatException("a header's " + this + " is not a number: '" + digits + "'");
        }
    }

    static String utf8(byte[] bytes, int from, int to) throws TarFormatException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            String shown = new String(bytes, from, Math.min(to - from, LONGEST_SHOWN), StandardCharsets.ISO_8859_1);
            throw new TarFormatException("a text is not UTF-8: '" + shown + "'");
        }
    }

    static long decimal(String text) throws TarFormatException {
        requireShort(text);
        try {
            return longValue(new BigInteger(text));
        } catch (NumberFormatException e) {
            throw new TarFormatException("not a number: '" + text + "'");
        }
    }

    /** Reads seconds since 1970 with a fraction. */
    static FileTime time(String text) throws TarFormatException {
        requireShort(text);
        try {
            BigDecimal seconds = new BigDecimal(text);
            // the exponent of a hostile number is not to be spelled out
            if (seconds.precision() > 40 || Math.abs((long) seconds.scale()) > 40) {
                throw new TarFormatException("not a time: '" + text + "'");
            }
            BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
            long nanos = seconds.subtract(whole).movePointRight(9).longValue();
            return time(longValue(whole.toBigInteger()), nanos);
        } catch (NumberFormatException e) {
            throw new TarFormatException("not a time: '" + text + "'");
        }
    }

    static FileTime time(long seconds, long nanos) throws TarFormatException {
        try {
            return FileTime.from(Instant.ofEpochSecond(seconds, nanos));
        } catch (DateTimeException e) {
            throw new TarFormatException("not a time: " + seconds);
        }
    }

    private static void requireShort(String text) throws TarFormatException {
        if (text.length() > MAX_DIGITS) {
            throw new TarFormatException("a number has " + text.length() + " characters");
        }
    }

    private static long longValue(BigInteger value) throws TarFormatException {
        if (value.bitLength() > 63) {
            throw new TarFormatException("number out of range: " + value.bitLength() + " bits");
        }
        return value.longValue();
    }
}
