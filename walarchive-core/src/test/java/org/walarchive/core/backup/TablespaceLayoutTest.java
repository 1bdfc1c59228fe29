package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;
import org.walarchive.TablespacePlacement;
import org.walarchive.core.sentinel.Sentinel;

final class TablespaceLayoutTest {

    private static final Optional<ServerRelease> NONE = Optional.empty();
    private static final Optional<ServerRelease> V17 = Optional.of(new ServerRelease(17, OptionalInt.empty()));

    @TempDir
    Path directory;

    private Path target;
    private List<Sentinel.Tablespace> one;

    @BeforeEach
    void prepare() throws Exception {
        directory = directory.toRealPath();
        target = directory.resolve("data");
        one = List.of(new Sentinel.Tablespace("16384", directory.resolve("old") + "/", "pg_tblspc/16384"));
    }

    private TablespaceLayout located(Map<String, Path> moved) throws ArchiveException {
        return TablespaceLayout.of(new TablespacePlacement.Located(moved), one, target);
    }

    private String refused(Map<String, Path> moved) {
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> located(moved));
        return e.getMessage() + " " + e.detail().orElse("");
    }

    private static String occupied(TablespaceLayout layout, Optional<ServerRelease> replaced) {
        LocalFileException e = assertThrows(LocalFileException.class, () -> layout.requireFree(replaced));
        return e.getMessage() + " " + e.detail().orElse("");
    }

    @Test
    void directoriesAndLinksAreMade() throws Exception {
        TablespaceLayout layout = located(Map.of());
        layout.requireFree(NONE);
        assertFalse(Files.exists(target));
        layout.make();
        assertEquals(directory.resolve("old"), Files.readSymbolicLink(target.resolve("pg_tblspc/16384")));
        assertTrue(Files.isDirectory(directory.resolve("old")));
    }

    @Test
    void placesThatCannotBeAreRefused() {
        assertTrue(refused(Map.of("1", directory.resolve("x"))).contains("no tablespace 1"));
        assertTrue(refused(Map.of("16384", Path.of("relative"))).contains("not an absolute path"));
        assertTrue(refused(Map.of("16384", target.resolve("pg_tblspc/16384"))).contains("lie within each other"));
        assertTrue(refused(Map.of("16384", directory)).contains("lie within each other"));
        assertTrue(refused(Map.of("16384", target.resolve("../data/x"))).contains("lie within each other"));
    }

    @Test
    void tablespacesAreApart() {
        one = List.of(one.get(0), new Sentinel.Tablespace("16385", directory.resolve("new") + "/", "pg_tblspc/16385"));
        assertTrue(refused(Map.of("16384", directory.resolve("new"))).contains("as well"));
        assertTrue(refused(Map.of("16384", directory.resolve("new/below"))).contains("lies within"));
    }

    @Test
    void whatIsInTheWayIsNamed() throws Exception {
        Path old = Files.createDirectory(directory.resolve("old"));
        located(Map.of()).requireFree(NONE);
        Files.createDirectory(old.resolve("PG_17_202406281"));
        assertTrue(occupied(located(Map.of()), NONE).contains("tablespace directory " + old + " is not empty"));
        located(Map.of()).requireFree(V17);
        Files.createDirectory(old.resolve("PG_16_202307071"));
        assertTrue(occupied(located(Map.of()), V17).contains("PG_16_202307071"));

        Files.writeString(directory.resolve("file"), "x");
        assertTrue(occupied(located(Map.of("16384", directory.resolve("file"))), NONE)
                .contains("is not a directory"));
        assertTrue(occupied(located(Map.of("16384", directory.resolve("a/b"))), NONE)
                .contains(directory.resolve("a") + " does not exist"));
        Files.createDirectories(target.resolve("pg_tblspc"));
        Files.createSymbolicLink(target.resolve("pg_tblspc/16384"), directory);
        assertTrue(
                occupied(located(Map.of("16384", directory.resolve("n"))), NONE).contains("is there already"));
    }
}
