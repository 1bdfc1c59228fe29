package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.interop.Ground;

/** What the other tests stand on: the archives are as WAL-E left them. */
final class WalEArchiveTest {

    /** Ours. */
    private static final Set<String> UNLISTED = Set.of("README.md", "MANIFEST.tsv", ".gitattributes");

    private static final Map<String, WalEArchive.Entry> MANIFEST =
            WalEArchive.manifest().stream().collect(Collectors.toMap(WalEArchive.Entry::path, Function.identity()));

    private static List<String> files() throws IOException {
        Path root = WalEArchive.resources();
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .filter(path -> !UNLISTED.contains(path))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyFileHasItsDigest() throws IOException {
        for (String path : files()) {
            WalEArchive.Entry entry = MANIFEST.get(path);
            assertTrue(entry != null, path + " is not in the manifest");
            Path file = WalEArchive.resources().resolve(path);
            assertEquals(entry.sizeBytes(), Files.size(file), path);
            assertEquals(entry.sha256(), Ground.sha256(file), path);
        }
    }

    @Test
    void noObjectIsMissing() throws IOException {
        Set<String> missing = new TreeSet<>(MANIFEST.keySet());
        missing.removeIf(path -> !path.contains("/store/"));
        assertEquals(45, missing.size());
        missing.removeAll(files());
        assertEquals(Set.of(), missing);
    }

    @Test
    void copiesHaveTheTimesOfTheObjects(@TempDir Path directory) throws IOException {
        Path copy = WalEArchive.PLAIN.copyTo(directory);
        String sentinel = "basebackups_005/base_000000010000000000000008_00000040_backup_stop_sentinel.json";
        assertEquals(
                "2026-11-21T00:31:26.1782068Z",
                Files.getLastModifiedTime(copy.resolve(sentinel)).toString());
    }
}
