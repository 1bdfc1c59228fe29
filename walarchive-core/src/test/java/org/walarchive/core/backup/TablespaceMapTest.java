package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TablespaceMapTest {

    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String rewrite(String map, Path directory) {
        return new String(TablespaceMap.rewrite(bytes(map), directory), StandardCharsets.UTF_8);
    }

    @Test
    void readsWhatTheServerWrites() {
        assertEquals(
                Map.of("16384", "/mnt/a b", "16385", "/mnt/back\\slash", "16386", "/mnt/new\nline", "16387", "/c\rr"),
                TablespaceMap.parse(
                        bytes("16384 /mnt/a b\n16385 /mnt/back\\\\slash\n16386 /mnt/new\\\nline\n16387 /c\\\rr\n")));
    }

    @Test
    void readsWhatHasNoEndOrOtherEnds() {
        assertEquals(Map.of("1", "/a", "2", "/b"), TablespaceMap.parse(bytes("1 /a\r\n2 /b")));
        assertEquals(Map.of(), TablespaceMap.parse(bytes("")));
        assertEquals(Map.of(), TablespaceMap.parse(bytes("\n\nnonsense\n /x\n")));
        assertEquals(Map.of("1", "/a "), TablespaceMap.parse(bytes("1 /a \n")));
    }

    @Provide
    Arbitrary<Map<String, String>> maps() {
        Arbitrary<String> path =
                Arbitraries.strings().withChars("ab \\\n\ré/").ofMaxLength(12).map(text -> "/" + text);
        return Arbitraries.maps(Arbitraries.integers().greaterOrEqual(1).map(Object::toString), path)
                .ofMaxSize(5);
    }

    @Property(tries = 1000)
    void whatIsEscapedIsReadBack(@ForAll @From("maps") Map<String, String> map) {
        StringBuilder text = new StringBuilder();
        map.forEach((oid, path) ->
                text.append(oid).append(' ').append(TablespaceMap.escape(path)).append('\n'));
        Map<String, String> read = new TreeMap<>();
        TablespaceMap.parse(bytes(text.toString()))
                .forEach((oid, path) ->
                        read.put(oid, new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
        assertEquals(new TreeMap<>(map), read);
    }

    @Property(tries = 500)
    void anyBytesMayBeRead(@ForAll byte[] map) {
        TablespaceMap.parse(map).keySet().forEach(oid -> assertEquals(-1, oid.indexOf(' ')));
    }

    @Test
    void whatIsNoTablespaceGoes() {
        assertEquals("", rewrite("1638\0005 /a\n../16385 /a\n\u0661 /a\n", directory));
    }

    @Test
    void linksKeepWhereTheyLeadAndDirectoriesGo() throws IOException {
        Path links = Files.createDirectories(directory.resolve("data/pg_tblspc"));
        Path odd = Files.createDirectories(directory.resolve("new\n\\pl ace"));
        Files.createSymbolicLink(links.resolve("16384"), odd);
        Files.createSymbolicLink(links.resolve("16385"), Path.of("../../new\n\\pl ace"));
        Files.createDirectories(links.resolve("16386"));
        Files.createSymbolicLink(directory.resolve("x"), odd);
        String old = "16384 /old/a\n16385 /old/b\n16386 /old/c\n16387 /old/d\n../../x /old/e\n";
        assertEquals(
                "16384 " + directory + "/new\\\n\\\\pl ace\n16385 " + directory.toRealPath() + "/new\\\n\\\\pl ace\n",
                rewrite(old, directory.resolve("data")));
        assertEquals("", rewrite("", directory.resolve("data")));
    }
}
