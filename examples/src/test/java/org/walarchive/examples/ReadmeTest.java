package org.walarchive.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeTest {

    private static final Path ROOT = Path.of(System.getProperty("walarchive.root"));

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)[)#]");

    @Test
    void theLibraryInTheReadmeIsTheExampleThatCompiles() throws IOException {
        String source =
                Files.readString(ROOT.resolve("examples/src/main/java/org/walarchive/examples/EmbeddedArchive.java"));
        String readme = Files.readString(ROOT.resolve("README.md"));
        assertEquals(
                between(source, "// README.md quotes from here\n", "        // to here")
                        .stripIndent(),
                between(readme, "```java\n", "```"));
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
