package org.walarchive.cli.log;

/** Text from archives and services, which shall not move a terminal's cursor. */
public final class Printable {

    private Printable() {}

    /** Returns the text with an escape in the place of each control character. */
    public static String of(String text) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            append(clean, text.charAt(i));
        }
        return clean.toString();
    }

    /** Appends a character, or the escape of one that controls: all of them are below {@code U+0100}. */
    static void append(StringBuilder text, char c) {
        if (Character.isISOControl(c)) {
            text.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
        } else {
            text.append(c);
        }
    }
}
