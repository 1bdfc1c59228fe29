package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.core.testing.OrdinaryUser;

/** WAL-E and we delete the same from copies of one archive, but for what is known to differ. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class DeletionBesideWalEIT {

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path directory;

    private Path theirs;
    private Path ours;

    @BeforeEach
    void makeTheArchives() throws IOException {
        Ground.open(directory);
        theirs = directory.resolve("theirs");
        for (int i = 1; i <= 30; i++) {
            put("wal_005/" + segment(i) + ".lzo", i);
        }
        put("wal_005/00000002.history.lzo", 31);
        put("wal_005/core.dump", 32);
        for (int i : List.of(5, 12, 20)) {
            backup(i);
            put("wal_005/" + segment(i) + ".00000028.backup.lzo", i);
            put("basebackups_005/base_" + segment(i) + "_00000040_backup_stop_sentinel.json", i);
        }
        backup(9);
        ours = Ground.copy(theirs, directory.resolve("ours"));
        OrdinaryUser.give(directory);
    }

    private static String segment(int number) {
        return String.format("0000000100000000%08X", number);
    }

    private void backup(int number) throws IOException {
        String base = "basebackups_005/base_" + segment(number) + "_00000040/";
        put(base + "extended_version.txt", number);
        put(base + "tar_partitions/part_00000000.tar.lzo", number);
        put(base + "tar_partitions/part_00000001.tar.lzo", number);
    }

    private void put(String key, int day) throws IOException {
        Path file = theirs.resolve(key);
        Files.createDirectories(file.getParent());
        String content = key.endsWith(".json") ? "{}" : "";
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(BEGIN.plusSeconds(86_400L * day)));
    }

    private static TreeSet<String> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            TreeSet<String> files = new TreeSet<>();
            paths.filter(Files::isRegularFile)
                    .forEach(path -> files.add(root.relativize(path).toString()));
            return files;
        }
    }

    private void bothDelete(String words) {
        String[] arguments = ("delete --confirm " + words).split(" ");
        Tools.requireWalE(theirs).run(arguments).requireExit(0);
        Program.walarchive().on(ours).run(arguments).requireExit(0);
    }

    @ParameterizedTest
    @CsvSource({
        "before base_00000001000000000000000C_00000040",
        "before base_000000010000000000000008_00000040",
        "retain 1",
        "retain 2",
        "retain 3",
        "retain 9",
        "everything"
    })
    void deleteTheSame(String words) throws IOException {
        bothDelete(words);
        assertEquals(files(theirs), files(ours));
    }

    @Test
    void retainIsNotLedAstrayByABrokenBackup() throws IOException {
        for (Path root : List.of(theirs, ours)) {
            Files.delete(root.resolve(
                    "basebackups_005/base_" + segment(20) + "_00000040/tar_partitions/part_00000000.tar.lzo"));
        }
        bothDelete("retain 1");
        TreeSet<String> more = files(ours);
        more.removeAll(files(theirs));
        assertTrue(more.contains("basebackups_005/base_" + segment(12) + "_00000040_backup_stop_sentinel.json"));
        assertTrue(more.contains("wal_005/" + segment(12) + ".lzo"));
        assertTrue(files(ours).containsAll(files(theirs)));
    }

    /** WAL-E sweeps every empty directory that it finds below the common parent of what it deletes. */
    @Test
    void directoriesOfOthersStay() throws IOException {
        for (Path root : List.of(theirs, ours)) {
            Files.createDirectories(root.resolve("basebackups_005/of/somebody"));
        }
        OrdinaryUser.give(directory);
        bothDelete("retain 1");
        assertTrue(Files.isDirectory(ours.resolve("basebackups_005/of/somebody")));
    }
}
