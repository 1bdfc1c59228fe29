package org.walarchive.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.walarchive.internal.Similar;

/**
 * Reads a command line as WAL-E's argparse does: global options stand before the subcommand, its own after it in any
 * order with its operands; long options may be shortened as long as they stay unambiguous, among WAL-E's first, so that its command
 * lines keep their meaning; {@code --opt=value},
 * {@code --opt value}, {@code -o value}, {@code -ovalue}; {@code --} ends the options.
 */
final class CommandLineParser {

    static final Set<Option> GLOBAL = EnumSet.range(Option.HELP, Option.TERSE);

    private final String[] arguments;
    private final Map<Option, String> options = new EnumMap<>(Option.class);
    private Subcommand subcommand = Subcommand.NONE;
    private int next;

    private CommandLineParser(String[] arguments) {
        this.arguments = arguments;
    }

    /**
     * Reads a command line.
     *
     * @param arguments as the operating system gives them
     * @return what they say; {@link Subcommand#HELP} where help is asked for
     * @throws UsageException if they cannot be understood
     */
    static CommandLine parse(String... arguments) throws UsageException {
        return new CommandLineParser(arguments).parse();
    }

    private CommandLine parse() throws UsageException {
        while (next < arguments.length && isOption(arguments[next])) {
            readOption(GLOBAL);
            if (options.containsKey(Option.ENVDIR)) {
                throw new UsageException(
                        "--envdir is not the first word", "bin/walarchive reads it, written out and before all else.");
            }
            if (options.containsKey(Option.HELP)) {
                return new CommandLine(options, Subcommand.HELP, List.of());
            }
        }
        if (next < arguments.length && arguments[next].equals("--")) {
            next++;
        }
        if (next == arguments.length) {
            throw error("no subcommand given");
        }
        Subcommand named = Subcommand.named(arguments[next]);
        if (named == null) {
            throw new UsageException(
                    "there is no subcommand \"" + arguments[next] + "\"",
                    Similar.to(
                                            arguments[next],
                                            Arrays.stream(Subcommand.values()).map(Subcommand::word))
                                    .map(word -> "Did you mean " + word + "? ")
                                    .orElse("")
                            + Usage.hint(subcommand));
        }
        subcommand = named;
        next++;
        return afterSubcommand();
    }

    private CommandLine afterSubcommand() throws UsageException {
        Set<Option> own = EnumSet.of(Option.HELP);
        own.addAll(subcommand.options());
        List<String> operands = new ArrayList<>();
        while (next < arguments.length) {
            if (arguments[next].equals("--")) {
                operands.addAll(Arrays.asList(arguments).subList(next + 1, arguments.length));
                next = arguments.length;
            } else if (isOption(arguments[next])) {
                readOption(own);
                if (options.containsKey(Option.HELP)) {
                    return new CommandLine(options, Subcommand.HELP, List.of(subcommand.word()));
                }
            } else {
                operands.add(arguments[next++]);
            }
        }
        if (operands.size() < subcommand.fewestOperands()) {
            throw error(subcommand.word() + " needs " + subcommand.operands());
        }
        if (operands.size() > subcommand.mostOperands()) {
            throw error(subcommand.word() + " cannot use \"" + operands.get(subcommand.mostOperands()) + "\"");
        }
        return new CommandLine(options, subcommand, operands);
    }

    private static boolean isOption(String argument) {
        return argument.length() > 1 && argument.charAt(0) == '-' && !argument.equals("--") && !isNumber(argument);
    }

    /** A negative number is a value or an operand, as in argparse. */
    private static boolean isNumber(String argument) {
        return argument.charAt(1) >= '0' && argument.charAt(1) <= '9';
    }

    private void readOption(Set<Option> allowed) throws UsageException {
        String argument = arguments[next++];
        boolean isLong = argument.startsWith("--");
        int nameEnd = isLong ? argument.indexOf('=') : 2;
        String name = nameEnd < 0 ? argument : argument.substring(0, nameEnd);
        String attached = nameEnd < 0 || nameEnd == argument.length() && !isLong
                ? null
                : argument.substring(isLong ? nameEnd + 1 : nameEnd);
        Option option = isLong ? longOption(name, allowed) : shortOption(name, allowed);
        if (option.valueName() == null) {
            if (attached != null) {
                throw error(name + " takes no value");
            }
            options.put(option, "");
            return;
        }
        if (attached == null) {
            if (next == arguments.length || isOption(arguments[next]) || arguments[next].equals("--")) {
                throw error(name + " needs " + option.valueName());
            }
            attached = arguments[next++];
        }
        options.put(option, attached);
    }

    private Option longOption(String name, Set<Option> allowed) throws UsageException {
        List<Option> found = new ArrayList<>();
        for (Option candidate : allowed) {
            if (candidate.word().equals(name)) {
                return candidate;
            }
            if (candidate.word().startsWith(name)) {
                found.add(candidate);
            }
        }
        if (found.size() > 1 && found.stream().anyMatch(Option.OF_WAL_E::contains)) {
            found.retainAll(Option.OF_WAL_E);
        }
        if (found.isEmpty()) {
            throw unknown(name, allowed);
        } else if (found.size() > 1) {
            throw error(name + " may be " + found.get(0).word() + " or "
                    + found.get(1).word());
        }
        return found.get(0);
    }

    private Option shortOption(String name, Set<Option> allowed) throws UsageException {
        for (Option candidate : allowed) {
            if (candidate.hasLetter(name.charAt(1))) {
                return candidate;
            }
        }
        throw unknown(name, Set.of());
    }

    private UsageException unknown(String name, Set<Option> allowed) {
        String message = subcommand == Subcommand.NONE
                ? "there is no global option " + name
                : subcommand.word() + " has no option " + name;
        if (subcommand != Subcommand.NONE
                && GLOBAL.stream().anyMatch(option -> option.word().equals(name))) {
            return new UsageException(
                    message, name + " is a global option: it stands before " + subcommand.word() + ".");
        }
        return new UsageException(
                message,
                Similar.to(name, allowed.stream().map(Option::word))
                                .map(word -> "Did you mean " + word + "? ")
                                .orElse("")
                        + Usage.hint(subcommand));
    }

    private UsageException error(String message) {
        return new UsageException(message, Usage.hint(subcommand));
    }
}
