package org.walarchive.cli;

import java.util.Map;
import java.util.OptionalInt;

/** What is a terminal, and what it can do: the launcher says so, for Java cannot tell. */
final class Terminal {

    /** Set by the launcher when standard output is a terminal. */
    static final String OUTPUT_PROPERTY = "walarchive.terminal";

    /** Set by the launcher when standard error is a terminal: to how many columns it has. */
    static final String ERROR_PROPERTY = "walarchive.terminal.errors";

    private Terminal() {}

    /** Tells whether standard output is a terminal. */
    static boolean isOutput() {
        return Boolean.getBoolean(OUTPUT_PROPERTY);
    }

    /** Returns how wide a line on standard error may be that is written over again; empty where none can be. */
    static OptionalInt columns(Map<String, String> environment) {
        int columns = Integer.getInteger(ERROR_PROPERTY, 0);
        return columns > 0 && understandsEscapes(environment) ? OptionalInt.of(columns) : OptionalInt.empty();
    }

    /** Returns what colours standard output is to have: see no-color.org. */
    static Colours colours(Map<String, String> environment) {
        boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return isOutput() && wanted && understandsEscapes(environment) ? Colours.ANSI : Colours.NONE;
    }

    private static boolean understandsEscapes(Map<String, String> environment) {
        String kind = environment.getOrDefault("TERM", "");
        return !kind.isEmpty() && !kind.equals("dumb");
    }
}
