package org.walarchive.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A help text in its parts, which other forms of it are made of.
 *
 * @param about the first paragraph; empty if there is none
 * @param sections what follows
 */
record HelpText(String about, List<Section> sections) {

    /** Where what explains a word begins in a line. */
    static final int EXPLANATION_COLUMN = 39;

    /** The same in the list of subcommands. */
    static final int SUBCOMMAND_COLUMN = 33;

    /** A head, without its colon, and what stands below it. */
    record Section(String head, List<Entry> entries) {

        boolean isOfExamples() {
            return head.startsWith("example");
        }
    }

    /** Words and what they mean; of an example, the whole line. */
    record Entry(String words, String explanation) {

        boolean explains(String word) {
            return Arrays.asList(words.split(",? ")).contains(word);
        }
    }

    /** Reads the help on a subcommand. */
    static HelpText of(Subcommand subcommand) {
        return parse(Usage.text(subcommand.word()), EXPLANATION_COLUMN);
    }

    /** Reads the help on the global options. */
    static HelpText ofGlobalOptions() {
        return parse("global options:\n" + Usage.text("global"), EXPLANATION_COLUMN);
    }

    /** Returns in a few words what a subcommand does. */
    static String summary(Subcommand subcommand) {
        return parse(Usage.GENERAL, SUBCOMMAND_COLUMN).explanation(subcommand.word());
    }

    /** Returns what is said of a word; empty if nothing is. */
    String explanation(String word) {
        return entry(word).map(Entry::explanation).orElse("");
    }

    private Optional<Entry> entry(String word) {
        return sections.stream()
                .filter(section -> !section.isOfExamples())
                .flatMap(section -> section.entries().stream())
                .filter(entry -> entry.explains(word))
                .findFirst();
    }

    private static HelpText parse(String text, int column) {
        List<String> about = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        for (String line : text.replace("…", "...").lines().toList()) {
            if (!line.startsWith(" ")) {
                if (line.endsWith(":")) {
                    sections.add(new Section(line.substring(0, line.length() - 1), new ArrayList<>()));
                } else if (!line.isEmpty() && sections.isEmpty()) {
                    about.add(line);
                }
            } else if (!sections.isEmpty()) {
                add(sections.get(sections.size() - 1), line, column);
            }
        }
        return new HelpText(String.join(" ", about), List.copyOf(sections));
    }

    private static void add(Section section, String line, int column) {
        List<Entry> entries = section.entries();
        boolean explained = !section.isOfExamples() && line.length() > column && line.charAt(column - 1) == ' ';
        String words = (explained ? line.substring(0, column) : line).strip();
        String explanation = explained ? line.substring(column) : "";
        if (!words.isEmpty()) {
            entries.add(new Entry(words, explanation));
        } else if (!entries.isEmpty()) {
            Entry last = entries.remove(entries.size() - 1);
            entries.add(new Entry(last.words(), (last.explanation() + " " + explanation).strip()));
        }
    }
}
