package org.walarchive.cli;

/** Whether text has colours. */
enum Colours {
    NONE,
    ANSI;

    private static final String RED = "\033[31m";
    private static final String PLAIN = "\033[0m";

    /** Returns what is to stand out, for it is bad. */
    String bad(String text) {
        return this == ANSI ? RED + text + PLAIN : text;
    }
}
