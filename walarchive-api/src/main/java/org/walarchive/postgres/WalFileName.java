package org.walarchive.postgres;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.stability.Stable;

/**
 * The name of a file that PostgreSQL hands to {@code archive_command} or asks {@code restore_command} for.
 *
 * @param kind what it is
 * @param text the name, as PostgreSQL writes it
 */
@Stable
public record WalFileName(Kind kind, String text) {

    /** The kinds of files. */
    public enum Kind {
        /** A WAL segment, {@code 000000010000000A000000FF}. */
        SEGMENT("[0-9A-F]{24}"),
        /** The last segment of a timeline that was left by a promotion: {@code 000000010000000A000000FF.partial}. */
        PARTIAL("[0-9A-F]{24}\\.partial"),
        /** The history of a timeline: {@code 00000002.history}. */
        HISTORY("[0-9A-F]{8}\\.history"),
        /** The record of a base backup: {@code 000000010000000A000000FF.00000028.backup}. */
        BACKUP("[0-9A-F]{24}\\.[0-9A-F]{8}\\.backup");

        private final Pattern syntax;

        Kind(String regex) {
            syntax = Pattern.compile(regex);
        }
    }

    /**
     * Checks that the name is of the kind.
     *
     * @throws IllegalArgumentException if it is not
     */
    public WalFileName {
        Matcher matcher = kind.syntax.matcher(text);
        if (!matcher.matches() || text.startsWith("00000000")) {
            throw new IllegalArgumentException("\"" + text + "\" is not the name of a WAL file");
        }
    }

    /**
     * Recognises a name.
     *
     * @param text any text
     * @return the name, or empty if it is none that PostgreSQL gives to WAL files
     */
    public static Optional<WalFileName> recognise(String text) {
        for (Kind kind : Kind.values()) {
            if (kind.syntax.matcher(text).matches() && !text.startsWith("00000000")) {
                return Optional.of(new WalFileName(kind, text));
            }
        }
        return Optional.empty();
    }

    /**
     * Reads a name.
     *
     * @param text such as {@code 00000002.history}
     * @return the name
     * @throws IllegalArgumentException if it is none that PostgreSQL gives to WAL files
     */
    public static WalFileName parse(String text) {
        return recognise(text)
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is not the name of a WAL file"));
    }

    /**
     * Makes the file name of a segment.
     *
     * @param segment the segment
     * @return its name
     */
    public static WalFileName of(WalSegmentName segment) {
        return new WalFileName(Kind.SEGMENT, segment.toString());
    }

    /**
     * Returns the segment that the file is, is a part of, or belongs to.
     *
     * @return the segment; empty for a history file
     */
    public Optional<WalSegmentName> segment() {
        return kind == Kind.HISTORY ? Optional.empty() : Optional.of(WalSegmentName.parse(text.substring(0, 24)));
    }

    /**
     * Returns the timeline the name begins with.
     *
     * @return the timeline
     */
    public TimelineId timeline() {
        return TimelineId.parseHex(text.substring(0, 8));
    }

    /** Returns the name. */
    @Override
    public String toString() {
        return text;
    }
}
