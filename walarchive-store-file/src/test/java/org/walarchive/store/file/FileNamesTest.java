package org.walarchive.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class FileNamesTest {

    private static final Path DIRECTORY = Path.of("/srv/archive");

    @Provide
    Arbitrary<String> names() {
        // Every length of UTF-8, and both sides of the surrogates.
        List<String> characters = List.of(
                "a",
                "b",
                "-",
                "~",
                "%",
                "\\",
                "\u007e",
                "\u00e9",
                "\u07ff",
                "\u0800",
                "\ud7ff",
                "\ue000",
                "\uffee",
                "\ud800\udc00",
                "\ud83d\ude00",
                "\udbff\udfff");
        return Arbitraries.of(characters).list().ofMinSize(1).ofMaxSize(6).map(list -> String.join("", list));
    }

    @Property(tries = 500)
    void aNameComesBackAsItWas(@ForAll("names") String directory, @ForAll("names") String name) {
        Path path = FileNames.resolve(DIRECTORY, directory + "/" + name);
        assertEquals(name, FileNames.name(path));
        assertEquals(directory, FileNames.name(path.getParent()));
        assertEquals(DIRECTORY, path.getParent().getParent());
    }

    @Property(tries = 1000)
    void theOrderIsThatOfTheBytes(@ForAll("names") String a, @ForAll("names") String b) {
        int expected = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
        assertEquals(Integer.signum(expected), Integer.signum(FileNames.compare(a, b)));
    }

    @Example
    void bytesThatAreNotUtf8AreNoName() {
        for (String escaped : List.of("%E9", "a%FF", "%ED%A0%80", "%C0%AF")) {
            assertNull(FileNames.name(Path.of(URI.create("file:///srv/" + escaped))), escaped);
        }
    }
}
