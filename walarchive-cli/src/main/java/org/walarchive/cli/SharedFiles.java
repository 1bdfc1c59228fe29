package org.walarchive.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes what the distribution has for shells and for man: the build starts it. */
public final class SharedFiles {

    /** Where packages put the script for each shell, and what it is called there. */
    private static final Map<String, String> SCRIPTS = Map.of(
            "bash", "bash-completion/completions/walarchive",
            "zsh", "zsh/site-functions/_walarchive",
            "fish", "fish/vendor_completions.d/walarchive.fish");

    private SharedFiles() {}

    /**
     * Writes the files.
     *
     * @param arguments the directory, {@code share}, which is made
     * @throws IOException if they cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Path share = Path.of(arguments[0]);
        for (Map.Entry<String, String> script : SCRIPTS.entrySet()) {
            write(
                    share.resolve(script.getValue()),
                    Completion.of(script.getKey()).orElseThrow());
        }
        write(share.resolve("man/man1/walarchive.1"), ManPage.text());
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
    }
}
