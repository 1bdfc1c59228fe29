package org.walarchive.cli;

import org.walarchive.ReadRateLimit;

/** Reads how many bytes a second base backups may read: a number, or {@value #NONE}. */
final class ReadRate {

    private static final String NONE = "none";

    private ReadRate() {}

    static ReadRateLimit parse(String source, String text, Subcommand subcommand) throws UsageException {
        if (text.equals(NONE)) {
            return ReadRateLimit.none();
        }
        try {
            return ReadRateLimit.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new UsageException(source + ": \"" + text + "\" is not a number", Usage.hint(subcommand));
        } catch (IllegalArgumentException e) {
            throw new UsageException(source + ": " + text + " is less than 1", Usage.hint(subcommand));
        }
    }
}
