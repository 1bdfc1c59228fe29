package org.walarchive;

import java.util.regex.Pattern;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.stability.Stable;

/**
 * The name of a base backup: {@code base_} and where it starts, as WAL-E writes it.
 *
 * @param segment the WAL segment in which the backup starts
 * @param offset the offset in it: eight characters; decimal, except in offline backups of WAL-E, where it is
 *     hexadecimal
 */
@Stable
public record BackupName(WalSegmentName segment, String offset) {

    private static final Pattern SYNTAX = Pattern.compile("base_[0-9A-F]{24}_[0-9A-F]{8}");

    private static final Pattern PREFIX_SYNTAX = Pattern.compile("base_([0-9A-F]{0,24}|[0-9A-F]{24}_[0-9A-F]{0,8})");

    /**
     * Checks the offset's form.
     *
     * @throws IllegalArgumentException if it is not eight hexadecimal digits in upper case
     */
    public BackupName {
        if (!offset.matches("[0-9A-F]{8}")) {
            throw new IllegalArgumentException("\"" + offset + "\" is not the offset of a backup's name");
        }
    }

    /**
     * Tells whether a text has the form of a backup's name.
     *
     * @param text any
     * @return true if {@link #parse} reads it
     */
    public static boolean isValid(String text) {
        return SYNTAX.matcher(text).matches() && WalSegmentName.isValid(text.substring(5, 29));
    }

    /**
     * Tells whether names can begin with a text, so that it may stand for the backups whose names do.
     *
     * @param text any
     * @return true for {@code base_} and what may follow it, a whole name included
     */
    public static boolean isPrefix(String text) {
        return PREFIX_SYNTAX.matcher(text).matches();
    }

    /**
     * Reads a name.
     *
     * @param text such as {@code base_000000010000000000000008_00000040}
     * @return the name
     * @throws IllegalArgumentException if the text is not of that form
     */
    public static BackupName parse(String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not the name of a base backup such as base_000000010000000000000008_00000040");
        }
        return new BackupName(WalSegmentName.parse(text.substring(5, 29)), text.substring(30));
    }

    /**
     * Makes the name of a backup that starts at a position. The offset is decimal and cut to its first eight digits, as
     * WAL-E's {@code lpad} does; two backups never start so near each other that they would share a name.
     *
     * @param segment the segment that holds the position
     * @param start the position
     * @param size the size of segments
     * @return the name
     */
    public static BackupName startingAt(WalSegmentName segment, Lsn start, WalSegmentSize size) {
        return new BackupName(segment, offsetText(start, size));
    }

    /**
     * Returns the offset of a position in its segment as WAL-E writes it.
     *
     * @param lsn the position
     * @param size the size of segments
     * @return the decimal number, padded with zeros or cut to eight characters
     */
    public static String offsetText(Lsn lsn, WalSegmentSize size) {
        String decimal = String.format("%08d", (lsn.value() & 0xFFFFFFFFL) % size.bytes());
        return decimal.substring(0, 8);
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return "base_" + segment + "_" + offset;
    }
}
