package org.walarchive.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the documentation shows of Java stands in a source of this module or of the TCK, which is compiled; and what it links to is there. */
final class SnippetsTest {

    private static final Path ROOT = Path.of(System.getProperty("walarchive.root"));
    private static final Pattern JAVA = Pattern.compile("^```java\\R(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK_TO_FILE = Pattern.compile("]\\(([^)#:]+)[)#]");

    @Test
    @DisplayName("each Java block of a README or of docs occurs in a source, but for white space")
    void javaIsCompiled() throws IOException {
        String sources = Stream.concat(
                        files("examples/src", ".java").stream(), files("walarchive-store-tck/src", ".java").stream())
                .map(SnippetsTest::read)
                .map(SnippetsTest::withoutSpace)
                .collect(Collectors.joining("\0"));
        List<String> found = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        for (Path page : pages()) {
            Matcher blocks = JAVA.matcher(read(page));
            while (blocks.find()) {
                found.add(page.toString());
                if (!sources.contains(withoutSpace(blocks.group(1)))) {
                    lost.add(page + ":\n" + blocks.group(1));
                }
            }
        }
        assertEquals(List.of(), lost, () -> "in no source below examples/src, nor of the TCK: " + lost);
        assertTrue(
                found.contains("README.md") && found.contains("docs/drill.md") && found.size() > 10, found::toString);
    }

    @Test
    @DisplayName("the links between the examples, and to the rest, lead somewhere")
    void linksLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            if (page.startsWith("examples")) {
                LINK_TO_FILE
                        .matcher(read(page))
                        .results()
                        .map(MatchResult::group)
                        .map(link -> link.substring(2, link.length() - 1))
                        .filter(link -> !Files.exists(ROOT.resolve(page).resolveSibling(link)))
                        .forEach(link -> broken.add(page + ": " + link));
            }
        }
        assertEquals(List.of(), broken);
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
        pages.addAll(files("docs", ".md"));
        pages.addAll(files("examples", ".md"));
        return pages;
    }

    private static List<Path> files(String directory, String end) throws IOException {
        Predicate<Path> built = path -> path.startsWith("examples/target");
        try (Stream<Path> paths = Files.walk(ROOT.resolve(directory))) {
            return paths.map(ROOT::relativize)
                    .filter(path -> path.toString().endsWith(end))
                    .filter(built.negate())
                    .sorted()
                    .toList();
        }
    }

    private static String read(Path page) {
        try {
            return Files.readString(ROOT.resolve(page));
        } catch (IOException e) {
            throw new AssertionError(page.toString(), e);
        }
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
