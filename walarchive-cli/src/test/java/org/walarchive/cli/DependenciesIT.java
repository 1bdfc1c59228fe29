package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars that are shipped, beside docs/dependencies.md and beside each other. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DependenciesIT {

    private static final Path LIBRARIES = Path.of("target/walarchive/lib");
    private static final String ALL = "All of them";
    private static final Pattern VERSION = Pattern.compile("-[0-9][^/]*\\.jar");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern SIZE = Pattern.compile("([0-9.]+) (KB|MB)");

    /** A line of a table: jars, and the sum of their sizes in bytes. */
    private record Row(Set<String> jars, double bytes) {}

    private static Map<String, List<Row>> page() throws IOException {
        Map<String, List<Row>> sections = new HashMap<>();
        String section = "";
        for (String line : Files.readAllLines(Path.of("../docs/dependencies.md"))) {
            if (line.startsWith("## ")) {
                section = line.substring(3);
                sections.put(section, new ArrayList<>());
            } else if (line.startsWith("| `")) {
                String[] cells = line.split(" \\| ");
                Set<String> names = new TreeSet<>();
                Matcher name = NAME.matcher(cells[0]);
                while (name.find()) {
                    names.add(name.group(1));
                }
                Matcher size = SIZE.matcher(cells[2]);
                assertTrue(size.matches(), line);
                double unit = size.group(2).equals("KB") ? 1e3 : 1e6;
                sections.get(section).add(new Row(names, Double.parseDouble(size.group(1)) * unit));
            }
        }
        return sections;
    }

    private static Set<String> names(List<Row> rows) {
        Set<String> names = new TreeSet<>();
        for (Row row : rows) {
            for (String name : row.jars()) {
                assertTrue(names.add(name), () -> name + " is there twice");
            }
        }
        return names;
    }

    private static String name(String jar) {
        return VERSION.matcher(jar.substring(jar.lastIndexOf('/') + 1)).replaceFirst("");
    }

    private static Set<String> classPath(String artefact) throws IOException {
        Set<String> names = new TreeSet<>();
        String path = Files.readString(Path.of("..", artefact, "target/class-path.txt"));
        Stream.of(path.strip().split(":"))
                .map(DependenciesIT::name)
                .filter(name -> !name.isEmpty() && !name.startsWith("walarchive-"))
                .forEach(names::add);
        return names;
    }

    private static List<Path> libraries() throws IOException {
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "walarchive-api",
                "walarchive-core",
                "walarchive-store-file",
                "walarchive-store-s3",
                "walarchive-store-azure",
                "walarchive-store-gcs",
                "walarchive-store-swift",
                "walarchive-store-tck"
            })
    void thePageHasTheClassPathOf(String artefact) throws IOException {
        Set<String> expected = classPath(artefact);
        expected.removeAll(names(page().get(ALL)));
        assertEquals(expected, names(page().get(artefact)));
    }

    @Test
    void theDistributionHasWhatThePageSays() throws IOException {
        Map<String, List<Row>> page = page();
        page.remove("walarchive-store-tck");
        Set<String> expected = new TreeSet<>();
        page.values().forEach(rows -> expected.addAll(names(rows)));
        Set<String> shipped = new TreeSet<>();
        libraries().forEach(jar -> shipped.add(name(jar.toString())));
        shipped.removeIf(name -> name.startsWith("walarchive-"));
        assertEquals(expected, shipped);
    }

    @Test
    void sizesAreRight() throws IOException {
        Map<String, Long> sizes = new HashMap<>();
        for (Path jar : libraries()) {
            sizes.put(name(jar.toString()), Files.size(jar));
        }
        for (List<Row> rows : page().values()) {
            for (Row row : rows) {
                if (sizes.keySet().containsAll(row.jars())) {
                    double bytes = row.jars().stream().mapToLong(sizes::get).sum();
                    assertEquals(bytes, row.bytes(), bytes / 5, () -> row.jars() + " have " + bytes + " bytes");
                }
            }
        }
    }

    /** Which of two would be loaded is a matter of their order on the class path; as modules, they could not be together at all. */
    @Test
    void noClassIsInTwoJars() throws IOException {
        Map<String, String> found = new HashMap<>();
        Map<String, String> doubled = new TreeMap<>();
        for (Path library : libraries()) {
            try (JarFile jar = new JarFile(library.toFile())) {
                jar.stream()
                        .map(entry -> entry.getName())
                        .filter(name -> name.endsWith(".class")
                                && !name.endsWith("module-info.class")
                                && !name.startsWith("META-INF/"))
                        .forEach(name -> {
                            String other = found.put(name, library.getFileName().toString());
                            if (other != null) {
                                doubled.put(name, other + " and " + library.getFileName());
                            }
                        });
            }
        }
        assertEquals(Map.of(), doubled);
        assertTrue(found.size() > 1000, found.size() + " classes");
    }
}
