package org.walarchive.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.walarchive.Compression;

/**
 * What may be written where a help text has a name such as {@code FILE} or {@code latest|current|NUMBER}.
 *
 * @param words words that may be, in order
 * @param paths what of a file system may be
 */
record Choices(List<String> words, Paths paths) {

    /** What may be completed of a file system. */
    enum Paths {
        NONE,
        DIRECTORIES,
        FILES
    }

    /** Capitals that stand for themselves. */
    private static final Set<String> LITERAL = Set.of("LATEST", "SOURCE");

    static Choices of(String name) {
        List<String> words = new ArrayList<>();
        Paths paths = Paths.NONE;
        for (String part : name.replaceFirst("^\\[(.*)]$", "$1").split("\\|")) {
            switch (part) {
                case "DIR" -> paths = Paths.DIRECTORIES;
                case "FILE", "PATH", "DEST", "BASE" -> paths = Paths.FILES;
                case "METHOD[:LEVEL]" -> words.addAll(compressions());
                case "SUBCOMMAND" -> words.addAll(subcommands());
                default -> {
                    if (LITERAL.contains(part) || part.equals(part.toLowerCase(Locale.ROOT)) && !part.isEmpty()) {
                        words.add(part);
                    }
                }
            }
        }
        return new Choices(List.copyOf(words), paths);
    }

    /** Returns what each operand may be. Where the first one decides on the second, that is not known. */
    static List<Choices> ofOperands(Subcommand subcommand) {
        String operands = subcommand.operands();
        if (operands.contains(" | ")) {
            Set<String> first = new TreeSet<>();
            for (String form : operands.split(" \\| ")) {
                first.add(form.split(" ")[0]);
            }
            return List.of(new Choices(List.copyOf(first), Paths.NONE));
        }
        return operands.isEmpty()
                ? List.of()
                : Arrays.stream(operands.split(" ")).map(Choices::of).toList();
    }

    static List<String> subcommands() {
        return Arrays.stream(Subcommand.values())
                .filter(subcommand -> subcommand != Subcommand.NONE)
                .map(Subcommand::word)
                .toList();
    }

    private static List<String> compressions() {
        return Arrays.stream(Compression.Method.values()).map(Json::word).toList();
    }

    boolean isEmpty() {
        return words.isEmpty() && paths == Paths.NONE;
    }

    String joined() {
        return String.join(" ", words);
    }
}
