package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.XZInputStream;

/** Archives that WAL-E made give the trees that WAL-E and Python make of them. */
class WalEArchiveTest {

    @TempDir
    private Path temporary;

    private static InputStream resource(String name) {
        InputStream in = WalEArchiveTest.class.getResourceAsStream(name);
        assertNotNull(in, name);
        return in;
    }

    /** Reads lines "name|…" by name. */
    private static Map<String, String> expected(String name) throws IOException {
        try (InputStream in = resource(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .collect(Collectors.toMap(line -> line.substring(0, line.indexOf('|')), line -> line));
        }
    }

    private static Map<String, String> describe(Path root, Function<Path, String> description) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.collect(Collectors.toMap(
                    path -> root.relativize(path).toString(),
                    path -> root.relativize(path) + "|" + description.apply(path)));
        }
    }

    private static String describe(Path path, boolean digest) {
        try {
            FileStatus status = FileStatus.of(path);
            String type = status.isDirectory() ? "d" : status.isSymlink() ? "l" : "f";
            String last = "";
            if (status.isSymlink()) {
                last = Files.readSymbolicLink(path).toString();
            } else if (status.isFile() && digest) {
                last = Trees.sha256(Files.readAllBytes(path));
            }
            // a directory's own size is the file system's affair
            long size = !status.isDirectory() ? status.sizeBytes() : digest ? 0 : 4096;
            return type + "|" + Integer.toOctalString(status.permissions()) + "|" + size + "|" + last;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oddTreeIsRestoredAsWalEDoes() throws Exception {
        RestoreTree tree = RestoreTree.into(
                temporary.resolve("t"), RestoreOptions.cluster().completeness(RestoreOptions.Completeness.ANY_TREE));
        try (InputStream tar = new GZIPInputStream(resource("wal-e-oddtree.tar.gz"))) {
            tree.extract("part_00000000.tar.lzo", tar);
        }
        tree.finish();

        Map<String, String> expected = new TreeMap<>(expected("wal-e-oddtree.txt"));
        // a server starts with 0700 and 0750 only
        expected.put("", "|d|750|4096|");
        // what no member mentions is open to its owner alone, where WAL-E leaves it to the umask
        for (String name : new String[] {
            "pg_tblspc/16400",
            "pg_tblspc/16400/PG_9.9",
            "pg_tblspc/16400/PG_9.9/16400",
            "pg_tblspc/16400/PG_9.9/pg_stat_tmp",
            "pg_tblspc/16400/lost+found"
        }) {
            expected.put(name, name + "|d|700|4096|");
        }
        assertEquals(expected, new TreeMap<>(describe(temporary.resolve("t"), path -> describe(path, false))));
    }

    @Test
    void clusterIsRestoredToTheByte() throws Exception {
        RestoreTree tree = RestoreTree.into(temporary.resolve("t"), RestoreOptions.cluster());
        try (InputStream tar = new XZInputStream(resource("wal-e-plain.tar.xz"))) {
            assertEquals(new RestoreTree.Extracted(968, 25_416_697), tree.extract("part_00000000.tar.lzo", tar));
        }
        assertFalse(Files.exists(temporary.resolve("t/global/pg_control")));
        tree.finish();

        assertEquals(
                new TreeMap<>(expected("wal-e-plain.txt")),
                new TreeMap<>(describe(temporary.resolve("t"), path -> describe(path, true))));
    }
}
