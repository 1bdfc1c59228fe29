package org.walarchive.core.backup;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of PostgreSQL.
 *
 * @param major 906 for 9.6, 17 for 17
 * @param minor the last number of its version; empty where only the major release is known
 */
record ServerRelease(int major, OptionalInt minor) {

    private static final Pattern TEXT =
            Pattern.compile("(?:PostgreSQL )?([0-9]{1,4})(?:\\.([0-9]{1,4}))?(?:\\.([0-9]{1,4}))?");

    /** The first minor releases that know {@code allow_in_place_tablespaces}; all since 15 do. */
    private static final Map<Integer, Integer> IN_PLACE_TABLESPACES = Map.of(10, 22, 11, 17, 12, 12, 13, 8, 14, 5);

    /** Reads {@code server_version_num}. */
    static ServerRelease ofNumber(int number) {
        return number >= 100_000
                ? new ServerRelease(number / 10_000, OptionalInt.of(number % 10_000))
                : new ServerRelease(number / 100, OptionalInt.of(number % 100));
    }

    /** Reads the beginning of what {@code version()} or {@code pg_config --version} says, or the file {@code PG_VERSION}. */
    static Optional<ServerRelease> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.lookingAt()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(matcher.group(1));
        if (first >= 10) {
            return Optional.of(new ServerRelease(first, number(matcher.group(2))));
        }
        return matcher.group(2) == null
                ? Optional.empty()
                : Optional.of(
                        new ServerRelease(first * 100 + Integer.parseInt(matcher.group(2)), number(matcher.group(3))));
    }

    private static OptionalInt number(String digits) {
        return digits == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits));
    }

    /** Returns the major release as PostgreSQL writes it. */
    String majorText() {
        return major < 1000 && major >= 100 ? major / 100 + "." + major % 100 : Integer.toString(major);
    }

    boolean isAtLeast(int other) {
        return rank(major) >= rank(other);
    }

    /** 9.6 comes before 10. */
    private static int rank(int major) {
        return major >= 100 ? major : major * 100;
    }

    /** Tells whether the setting {@code allow_in_place_tablespaces} is known to it; false where that cannot be told. */
    boolean hasInPlaceTablespaces() {
        if (major < 100 && major >= 15) {
            return true;
        }
        Integer first = IN_PLACE_TABLESPACES.get(major);
        return first != null && minor.isPresent() && minor.getAsInt() >= first;
    }
}
