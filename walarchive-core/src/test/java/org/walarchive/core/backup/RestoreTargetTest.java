package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.RestoreRequest;
import org.walarchive.core.sentinel.Sentinel;

final class RestoreTargetTest {

    private static final List<Sentinel.Tablespace> NONE = List.of();
    private static final List<Sentinel.Tablespace> TWO = List.of(tablespace("16384"), tablespace("16385"));

    @TempDir
    Path directory;

    private static Sentinel.Tablespace tablespace(String oid) {
        return new Sentinel.Tablespace(oid, "/old/" + oid + "/", "pg_tblspc/" + oid);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private Map<String, String> tree() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            Map<String, String> tree = new TreeMap<>();
            for (Path path : paths.toList()) {
                String kind = Files.isSymbolicLink(path)
                        ? "link " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path) ? "directory" : "file " + Files.readString(path);
                tree.put(path.toString(), kind + Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS));
            }
            return tree;
        }
    }

    private static Path require(Path target, List<Sentinel.Tablespace> tablespaces) throws ArchiveException {
        return RestoreTarget.require(RestoreRequest.builder(target).build(), sentinel(tablespaces), Optional.empty())
                .path();
    }

    private static Sentinel sentinel(List<Sentinel.Tablespace> tablespaces) {
        return new Sentinel(
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                tablespaces,
                Optional.empty());
    }

    private String refused(Path target, List<Sentinel.Tablespace> tablespaces) throws IOException {
        Map<String, String> before = tree();
        LocalFileException e = assertThrows(LocalFileException.class, () -> require(target, tablespaces));
        assertEquals(before, tree());
        return e.getMessage() + " " + e.detail().orElse("");
    }

    private void accepted(Path target, List<Sentinel.Tablespace> tablespaces) throws Exception {
        Map<String, String> before = tree();
        assertEquals(target.toAbsolutePath().normalize(), require(target, tablespaces));
        assertEquals(before, tree());
    }

    private static void contains(String text, String part) {
        assertTrue(text.contains(part), text);
    }

    @Test
    void absentAndEmptyDirectoriesAreTaken() throws Exception {
        accepted(data(), NONE);
        Files.createDirectory(data());
        accepted(data(), NONE);
        accepted(directory.resolve("x/../data"), NONE);
        Files.createSymbolicLink(directory.resolve("link"), data());
        accepted(directory.resolve("link"), NONE);
        Files.createDirectory(data().resolve("pg_tblspc"));
        accepted(data(), NONE);
    }

    @Test
    void aServersDirectoryIsRefused() throws Exception {
        Files.createDirectory(data());
        Files.writeString(data().resolve("postmaster.pid"), "1\n");
        contains(refused(data(), NONE), "attempting to overwrite a live data directory");
        contains(refused(data(), NONE), "postmaster.pid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PG_VERSION", ".hidden", "base/1", "pg_tblspc/16384/x", "pg_tblspc/file", "lost+found/x"})
    void aDirectoryThatHoldsAnythingIsRefused(String file) throws Exception {
        Files.createDirectories(data().resolve(file).getParent());
        Files.writeString(data().resolve(file), "precious");
        contains(refused(data(), NONE), "is not empty");
        contains(
                refused(data(), NONE),
                data().resolve(file.replaceFirst("/.*", "")).toString());
    }

    @Test
    void aDirectoryWithAnEmptyDirectoryIsRefused() throws Exception {
        Files.createDirectories(data().resolve("pg_wal"));
        contains(refused(data(), NONE), "is not empty");
    }

    @Test
    void aLinkInPlaceOfTheTablespaceDirectoryIsRefused() throws Exception {
        Files.createDirectories(data());
        Files.createDirectories(directory.resolve("elsewhere"));
        Files.createSymbolicLink(data().resolve("pg_tblspc"), directory.resolve("elsewhere"));
        contains(refused(data(), NONE), "is not empty");
    }

    @Test
    void whatIsNoDirectoryIsRefused() throws Exception {
        Files.writeString(data(), "precious");
        contains(refused(data(), NONE), data() + " is not a directory");
        contains(refused(data().resolve("below"), NONE), "does not exist");
        Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nowhere"));
        contains(refused(directory.resolve("dangling"), NONE), "is not a directory");
    }

    @Test
    void aMissingParentIsNamed() throws Exception {
        contains(refused(directory.resolve("a/b/data"), NONE), "directory " + directory.resolve("a/b") + " does not");
    }

    @Test
    void tablespacesNeedLinksToEmptyDirectories() throws Exception {
        String absent = refused(data(), TWO);
        contains(absent, "Symlinks for some tablespaces not found or created.");
        contains(absent, data() + "/pg_tblspc/16384 (was a link to /old/16384/)");
        contains(absent, data() + "/pg_tblspc/16385 (was a link to /old/16385/)");

        Path links = Files.createDirectories(data().resolve("pg_tblspc"));
        Path one = Files.createDirectories(directory.resolve("one"));
        Path two = directory.resolve("two");
        Files.createSymbolicLink(links.resolve("16384"), one);
        contains(refused(data(), TWO), "16385");
        Files.createSymbolicLink(links.resolve("16385"), two);
        contains(refused(data(), TWO), "Symlinks for some tablespaces not found or created. " + links + "/16385");
        Files.writeString(two, "a file");
        contains(refused(data(), TWO), "Symlinks for some tablespaces not found or created. " + links + "/16385");
        Files.delete(two);
        Files.createDirectory(two);
        accepted(data(), TWO);
        Files.writeString(two.resolve("x"), "precious");
        contains(refused(data(), TWO), "tablespace directory " + two.toRealPath() + " is not empty");
    }

    /** A link of such a name is none of a tablespace, even if it leads to an empty directory. */
    @ParameterizedTest
    @ValueSource(strings = {"../../link", "x", "-1"})
    void tablespacesWhoseNamesAreNoNumbersAreRefused(String name) throws Exception {
        Path links = Files.createDirectories(data().resolve("pg_tblspc"));
        Files.createSymbolicLink(links.resolve(name), Files.createDirectory(directory.resolve("empty")));
        contains(refused(data(), List.of(tablespace(name))), "Symlinks for some tablespaces");
    }
}
