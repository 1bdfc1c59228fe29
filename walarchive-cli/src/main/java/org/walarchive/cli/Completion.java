package org.walarchive.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Scripts that have shells complete a command line, made of the tables that it is read by. */
final class Completion {

    private Completion() {}

    /** Returns the script for a shell; empty for one that is not known. */
    static Optional<String> of(String shell) {
        return switch (shell) {
            case "bash" -> Optional.of(BashCompletion.script());
            case "zsh" -> Optional.of(ZshCompletion.script());
            case "fish" -> Optional.of(FishCompletion.script());
            default -> Optional.empty();
        };
    }

    /** Returns the subcommands there are. */
    static List<Subcommand> subcommands() {
        return Arrays.stream(Subcommand.values())
                .filter(subcommand -> subcommand != Subcommand.NONE)
                .toList();
    }

    /** Returns the options that may follow a subcommand, or stand before it for {@link Subcommand#NONE}. */
    static Collection<Option> options(Subcommand subcommand) {
        if (subcommand == Subcommand.NONE) {
            return CommandLineParser.GLOBAL;
        }
        Set<Option> options = new LinkedHashSet<>(subcommand.options());
        options.add(Option.HELP);
        return options;
    }

    /** Returns every word that an option may be. */
    static Stream<String> words(Option option) {
        return Stream.of(option.word(), option.shortWord()).filter(word -> !word.isEmpty());
    }

    /** Returns in a few words what an option does. */
    static String explanation(Subcommand subcommand, Option option) {
        HelpText help = subcommand == Subcommand.NONE ? HelpText.ofGlobalOptions() : HelpText.of(subcommand);
        String text = help.explanation(option.word());
        return option == Option.HELP && text.isEmpty() ? "print help" : text;
    }
}
