package org.walarchive;

import java.util.Optional;
import java.util.regex.Pattern;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.stability.Stable;

/**
 * The name of a base backup: {@code base_} and where it starts, as WAL-E or WAL-G writes it.
 *
 * @param segment the WAL segment in which the backup starts
 * @param offset what follows the segment and an underscore. Of WAL-E's backups, and ours, the offset in it: eight
 *     characters; decimal, except in offline backups of WAL-E, where it is hexadecimal. Of WAL-G's, which have no offset,
 *     empty; or {@code D_} and the segment of the backup that it holds the changes from
 */
@Stable
public record BackupName(WalSegmentName segment, String offset) {

    private static final String DELTA = "D_";

    private static final int SEGMENT_END = 29;

    private static final Pattern SYNTAX = Pattern.compile("base_[0-9A-F]{24}(_([0-9A-F]{8}|D_[0-9A-F]{24}))?");

    private static final Pattern PREFIX_SYNTAX =
            Pattern.compile("base_([0-9A-F]{0,24}|[0-9A-F]{24}_([0-9A-F]{0,8}|D_?|D_[0-9A-F]{1,24}))");

    /**
     * Checks the offset's form.
     *
     * @throws IllegalArgumentException if it is not eight hexadecimal digits in upper case
     */
    public BackupName {
        boolean valid = offset.startsWith(DELTA)
                ? WalSegmentName.isValid(offset.substring(DELTA.length()))
                : offset.matches("([0-9A-F]{8})?");
        if (!valid) {
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
        return SYNTAX.matcher(text).matches()
                && WalSegmentName.isValid(text.substring(5, SEGMENT_END))
                && (!text.startsWith("_" + DELTA, SEGMENT_END)
                        || WalSegmentName.isValid(text.substring(SEGMENT_END + 1 + DELTA.length())));
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
        String offset = text.length() == SEGMENT_END ? "" : text.substring(SEGMENT_END + 1);
        return new BackupName(WalSegmentName.parse(text.substring(5, SEGMENT_END)), offset);
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

    /**
     * Tells which segment the backup starts in that a delta backup of WAL-G holds the changes from.
     *
     * @return empty if the backup stands alone
     */
    public Optional<WalSegmentName> deltaFrom() {
        return offset.startsWith(DELTA)
                ? Optional.of(WalSegmentName.parse(offset.substring(DELTA.length())))
                : Optional.empty();
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return "base_" + segment + (offset.isEmpty() ? "" : "_" + offset);
    }
}
