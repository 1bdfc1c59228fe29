package org.walarchive.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The manual page, made of the help texts. See man(7). */
final class ManPage {

    private static final String DESCRIPTION = """
            Base backups and WAL segments of a PostgreSQL server go to a store, a directory or an object store, and come back as a server at any moment in between. \
            Nothing is said to be archived before it is durable, and no WAL segment is delivered that was not checked.""";

    private static final List<HelpText.Entry> CODES = List.of(
            new HelpText.Entry("0", "Done, and durable."),
            new HelpText.Entry(
                    "1",
                    "wal-fetch: the archive was read and has no such file, and nothing else. Other subcommands: a failure"
                            + " without a code of its own."),
            new HelpText.Entry("2", "The command line or the configuration is wrong. check: something fails."),
            new HelpText.Entry("3", "The archive has other content under the name, or belongs to another cluster."),
            new HelpText.Entry("4", "The store could not be read or written."),
            new HelpText.Entry("5", "Something in the archive is damaged or incomplete."),
            new HelpText.Entry("6", "There is no such base backup."),
            new HelpText.Entry("7", "A local file or directory cannot be read or written, or is not fit for its use."),
            new HelpText.Entry("8", "The PostgreSQL server cannot be reached, or refuses."),
            new HelpText.Entry("9", "A WAL segment that is needed is not in the archive."),
            new HelpText.Entry("10", "A file offered for archiving is not the WAL file that its name says."),
            new HelpText.Entry("20", "verify, check, agent --status: a person should look."),
            new HelpText.Entry("21", "agent --status: no agent runs."),
            new HelpText.Entry("127", "No known subcommand."),
            new HelpText.Entry("255", "wal-fetch: any failure; it stops recovery instead of ending it."));

    private static final int LONGEST_LINE = 78;

    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    /** Returns the page, in the macros of man. */
    static String text() {
        ManPage page = new ManPage();
        String version = resource("version.txt").strip();
        page.line(".TH WALARCHIVE 1 " + resource("date.txt").substring(0, 10) + " \"walarchive " + version + "\"");
        page.head("NAME").line("walarchive \\- continuous archiving of PostgreSQL");
        page.head("SYNOPSIS").line(".B walarchive").text("[GLOBAL OPTION]... SUBCOMMAND [ARGUMENT]...");
        page.head("DESCRIPTION").text(DESCRIPTION);
        page.subcommands();
        page.head("GLOBAL OPTIONS").text("They stand before the subcommand.");
        page.entries(HelpText.ofGlobalOptions().sections().get(0).entries());
        page.head("ENVIRONMENT").text(Usage.AFTER_OPTIONS.strip().replaceAll("\\s+", " "));
        page.head("EXIT STATUS");
        page.entries(CODES);
        return page.page.toString();
    }

    private void subcommands() {
        head("SUBCOMMANDS");
        for (Subcommand subcommand : Completion.subcommands()) {
            HelpText help = HelpText.of(subcommand);
            line(".SS "
                    + quoted(subcommand.word() + (subcommand.options().isEmpty() ? "" : " [OPTION]...") + " "
                            + subcommand.operands()));
            text(help.about());
            for (HelpText.Section section : help.sections()) {
                line(".PP").text(section.head() + ":");
                if (section.isOfExamples()) {
                    examples(section);
                } else {
                    entries(section.entries());
                }
            }
        }
    }

    private void entries(List<HelpText.Entry> entries) {
        for (HelpText.Entry entry : entries) {
            line(".TP").line(".B " + quoted(entry.words())).text(entry.explanation());
        }
    }

    private void examples(HelpText.Section section) {
        line(".PP").line(".RS 4").line(".nf");
        section.entries().forEach(entry -> verbatim(entry.words()));
        line(".fi").line(".RE");
    }

    private ManPage head(String head) {
        return line(".SH " + quoted(head));
    }

    /** Adds a line of roff. */
    private ManPage line(String line) {
        page.append(line).append('\n');
        return this;
    }

    /** Adds a paragraph, of which nothing is roff. */
    private void text(String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && escaped(line + " " + word).length() > LONGEST_LINE) {
                verbatim(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        verbatim(line.toString());
    }

    private void verbatim(String text) {
        String escaped = escaped(text);
        line(escaped.startsWith(".") ? "\\&" + escaped : escaped);
    }

    private static String quoted(String text) {
        return "\"" + escaped(text.strip()).replace("\"", "\\(dq") + "\"";
    }

    /** So that what is copied from a terminal is what was meant. */
    private static String escaped(String text) {
        return text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("~", "\\(ti")
                .replace("^", "\\(ha");
    }

    private static String resource(String name) {
        try (InputStream stream = Objects.requireNonNull(ManPage.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
