package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManPageTest {

    @Test
    void hasEverySubcommandAndOptionWithWhatItMeans() {
        String page = ManPage.text().replace("\\-", "-");
        for (Subcommand subcommand : Completion.subcommands()) {
            int begin = page.indexOf("\n.SS \"" + subcommand.word());
            assertTrue(begin > 0, subcommand.word());
            int end = page.indexOf("\n.S", begin + 4);
            for (Option option : subcommand.options()) {
                assertTrue(page.substring(begin, end).contains(option.word()), subcommand + " " + option);
                assertFalse(HelpText.of(subcommand).explanation(option.word()).isEmpty(), subcommand + " " + option);
            }
            assertTrue(page.substring(begin, end).contains("\nexample"), subcommand.word());
            assertFalse(HelpText.summary(subcommand).isEmpty(), subcommand.word());
        }
        for (Option option : CommandLineParser.GLOBAL) {
            assertTrue(page.substring(page.indexOf("\n.SH \"GLOBAL OPTIONS\"")).contains(option.word()), option.word());
            assertFalse(
                    HelpText.ofGlobalOptions().explanation(option.word()).isEmpty(),
                    option + " is not in help/global.txt");
        }
    }

    @Test
    void isOfThisVersionAndInAscii() {
        String page = ManPage.text();
        assertTrue(page.contains("\n.B \"\\-\\-deep\"\n"), "a dash must not become a hyphen");
        assertTrue(page.matches("(?s)\\.TH WALARCHIVE 1 20[0-9-]{8} \"walarchive [0-9].*"), page.substring(0, 80));
        assertTrue(page.chars().allMatch(c -> c == '\n' || c >= ' ' && c <= '~'));
        Cli cli = new Cli();
        cli.environment.clear();
        assertEquals(0, cli.run("help", "--man"), cli.err());
        assertEquals(page, cli.out());
    }

    /** Debian's man is made of groff, others' of mandoc. */
    @Test
    void groffCanReadIt(@TempDir Path directory) throws IOException, InterruptedException {
        assertEquals("", complaints(directory, "groff", "-ww", "-z", "-man", "-Tascii"));
    }

    @Test
    void mandocCanReadIt(@TempDir Path directory) throws IOException, InterruptedException {
        assertEquals("", complaints(directory, "mandoc", "-Tlint"));
    }

    private static String complaints(Path directory, String... command) throws IOException, InterruptedException {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, command[0])));
        assumeTrue(found, command[0] + " is not on the PATH");
        Path page = Files.writeString(directory.resolve("walarchive.1"), ManPage.text());
        Process process = new ProcessBuilder(command)
                .redirectInput(page.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
