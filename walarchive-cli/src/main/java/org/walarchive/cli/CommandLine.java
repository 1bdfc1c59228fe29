package org.walarchive.cli;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line that was understood.
 *
 * @param options options by what they are; the value is empty where the option takes none
 * @param subcommand the subcommand
 * @param operands its operands, as many as it takes
 */
record CommandLine(Map<Option, String> options, Subcommand subcommand, List<String> operands) {

    CommandLine {
        options = new EnumMap<>(options);
        operands = List.copyOf(operands);
    }

    /** Returns the subcommand, with the word after it that says what is deleted. */
    String words() {
        return subcommand == Subcommand.DELETE ? subcommand.word() + " " + operands.get(0) : subcommand.word();
    }

    boolean has(Option option) {
        return options.containsKey(option);
    }

    @Nullable
    String value(Option option) {
        return options.get(option);
    }

    /** Returns the value as a number, or the default if the option is not there. */
    int number(Option option, int otherwise) throws UsageException {
        String text = options.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new UsageException(option.word() + ": \"" + text + "\" is not a number", Usage.hint(subcommand));
        }
    }

    /** Returns the value of an option that is there, as seconds. */
    Duration seconds(Option option) throws UsageException {
        int seconds = number(option, 0);
        if (seconds < 1) {
            throw new UsageException(option.word() + ": " + seconds + " is less than 1", Usage.hint(subcommand));
        }
        return Duration.ofSeconds(seconds);
    }
}
