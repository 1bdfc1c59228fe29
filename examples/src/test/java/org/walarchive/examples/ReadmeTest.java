package org.walarchive.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeTest {

    private static final Path ROOT = Path.of(System.getProperty("walarchive.root"));
    private static final Pattern LINK_TO_FILE = Pattern.compile("]\\(([^)#:]+)[)#]");

    @Test
    void theLinksOfTheReadmeLeadSomewhere() throws IOException {
        List<String> links = LINK_TO_FILE
                .matcher(readme())
                .results()
                .map(link -> link.group(1))
                .toList();
        assertTrue(links.contains("LICENSE"), links.toString());
        assertEquals(
                List.of(),
                links.stream().filter(link -> !Files.exists(ROOT.resolve(link))).toList());
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }
}
