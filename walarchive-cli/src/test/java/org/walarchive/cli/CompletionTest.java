package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionTest {

    @TempDir
    private Path directory;

    private static void require(String shell) {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, shell)));
        assumeTrue(found, shell + " is not on the PATH");
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    private Path script(String shell) throws IOException {
        Path script = directory.resolve(".script");
        Files.writeString(script, Completion.of(shell).orElseThrow());
        return script;
    }

    /** As readline splits it: {@code =} and {@code :} are words too. */
    private List<String> completed(String line) throws IOException, InterruptedException {
        require("bash");
        List<String> words = new ArrayList<>(
                Arrays.asList("bash", "--norc", "-c", """
                . "$0" && COMP_WORDS=("$@") && COMP_CWORD=$(($# - 1)) && _walarchive && printf '%s\\n' "${COMPREPLY[@]}"
                """, script("bash").toString(), "walarchive"));
        words.addAll(Arrays.asList(
                line.replaceAll("[=:]", " $0 ").replaceAll(" $", " \"\"").split(" +")));
        words.replaceAll(word -> word.equals("\"\"") ? "" : word);
        return run(words.toArray(new String[0]))
                .lines()
                .filter(word -> !word.isEmpty())
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "backup- | backup-fetch backup-list backup-push",
                "--ter | --terse",
                "--compression | --compression",
                "'--compression ' | lz4 lzo zstd",
                "--compression=z | zstd",
                "--prefix file://localhost/srv/backup-list ver | verify version",
                "--prefix=s3://a/b -k backup-push ver | verify version",
                "backup-push --ch | --checkpoint",
                "backup-push --checkpoint s | spread",
                "backup-push --checkpoint=f | fast",
                "'backup-push --checkpoint=' | fast spread",
                "backup-push -p 3 d | data directory",
                "backup-push --pool-size 3 -- --ch | ''",
                "backup-push data ver | ''",
                "'backup-fetch data ' | LATEST",
                "backup-fetch data L --target-action p | pause promote",
                "backup-fetch --target-time 2026-03-01T12:00:00 --target-timeline l | latest",
                "backup-fetch --restore-spec f | 'file two'",
                "wal-push d | data directory",
                "delete r | retain retain-by-calendar retain-for",
                "help che | check",
                "'completion ' | bash fish zsh",
                "wal-push --checkpoint-nothing | ''",
                "nothing --x | ''",
            })
    void inBash(String line, String words) throws IOException, InterruptedException {
        Files.createDirectory(directory.resolve("data"));
        Files.createDirectory(directory.resolve("directory"));
        Files.createFile(directory.resolve("file two"));
        String expected = words == null ? "" : words;
        assertEquals(expected, String.join(" ", completed(line)));
    }

    @Test
    void bashKnowsEveryOptionOfEverySubcommand() throws IOException, InterruptedException {
        for (Subcommand subcommand : Completion.subcommands()) {
            List<String> options = Stream.concat(Stream.of(Option.HELP), subcommand.options().stream())
                    .map(Option::word)
                    .sorted()
                    .toList();
            assertEquals(options, completed(subcommand.word() + " --"), subcommand.word());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void theShellCanReadIt(String shell) throws IOException, InterruptedException {
        require(shell);
        assertEquals("", run(shell, "-n", script(shell).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void hasEverySubcommandAndOption(String shell) {
        String script = Completion.of(shell).orElseThrow();
        for (Subcommand subcommand : Completion.subcommands()) {
            assertTrue(script.contains(subcommand.word()), subcommand.word());
        }
        for (Option option : Option.values()) {
            String word = shell.equals("fish") ? " -l " + option.word().substring(2) + " " : option.word();
            assertTrue(script.contains(word), word);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'backup-push --ch', --checkpoint",
        "'backup-push --checkpoint ', fast spread",
        "'--compression z', zstd",
        "'ver', verify version",
        "'delete ret', retain retain-by-calendar retain-for",
    })
    void inFish(String line, String words) throws IOException, InterruptedException {
        require("fish");
        String output = run(
                "fish", "--no-config", "-c", "source " + script("fish") + "; complete -C 'walarchive " + line + "'");
        assertEquals(
                words,
                String.join(
                        " ",
                        output.lines().map(text -> text.split("\t")[0]).sorted().toList()));
    }

    @Test
    void theSubcommandPrintsIt() {
        Cli cli = new Cli();
        cli.environment.clear();
        assertEquals(0, cli.run("completion", "zsh"), cli.err());
        assertEquals(Completion.of("zsh").orElseThrow(), cli.out());
        assertEquals(2, cli.run("completion", "csh"));
        assertTrue(cli.err().contains("MSG: \"csh\" is none of bash, zsh, fish\n"), cli.err());
    }
}
