package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.cli.interop.Run;

/** {@code delete} says of WAL-E's archives what WAL-E said. */
final class DeleteIT {

    /** What a record says, but for who says it, when, and where the archive is. */
    private static final Pattern RECORD = Pattern.compile(
            "^\\S+ +(?<severity>[A-Z]+) +MSG: (?<message>.*)\n(?:        DETAIL: (?<detail>.*)\n)?(?:        HINT: (?<hint>.*)\n)?",
            Pattern.MULTILINE);

    @TempDir
    private Path directory;

    private Path archive;

    @BeforeEach
    void copyTheArchive() {
        archive = WalEArchive.PLAIN.copyTo(Ground.open(directory));
    }

    private Run delete(String words) {
        return Program.walarchive().on(archive).run(("delete " + words).split(" "));
    }

    /** Returns what was said, sorted: WAL-E goes by the order of directory entries, and we delete sentinels first. */
    private static List<String> said(String log, String root) {
        return RECORD.matcher(log)
                .results()
                .map(MatchResult::group)
                .map(text ->
                        text.replace(root, "ROOT").replaceFirst("^\\S+ +", "").replaceFirst("^([A-Z]+) +", "$1 "))
                .filter(text -> !text.startsWith("INFO MSG: starting "))
                .filter(text -> !text.contains(" would be deleted\n"))
                .sorted()
                .toList();
    }

    private List<String> said(Run run) {
        return said(run.log(), "file://localhost" + archive.toAbsolutePath());
    }

    private static List<String> saidByWalE(String output) {
        return said(WalEArchive.PLAIN.output(output), "file://localhost/srv/wale/plain/store");
    }

    @ParameterizedTest
    @CsvSource({
        "before base_00000001000000000000000A_00000040, delete-before-2nd.stderr",
        "before base_00000002000000000000000D_00000040, delete-before-3rd.stderr",
        "before 00000001000000000000000A, delete-before-2nd.stderr",
        "retain 1, delete-retain-1.stderr",
        "retain 2, delete-retain-2.stderr",
        "retain 3, delete-retain-3.stderr",
        "retain 5, delete-retain-5.stderr",
        "everything, delete-everything.stderr"
    })
    void saysWhatWalESaid(String words, String output) {
        Map<String, String> before = Ground.describe(archive);
        Run run = delete(words).requireExit(0);
        assertEquals(saidByWalE(output), said(run));
        assertEquals("", run.output());
        assertEquals(before, Ground.describe(archive));
    }

    @ParameterizedTest
    @CsvSource({
        "before base_00000001000000000000000A_00000040, delete-before-2nd.stderr",
        "retain 1, delete-retain-1.stderr",
        "retain 2, delete-retain-2.stderr",
        "everything, delete-everything.stderr"
    })
    void deletesWhatWalESaid(String words, String output) {
        List<String> expected = Pattern.compile("The key being deleted is \\S+/store/(\\S+)\\.\n")
                .matcher(WalEArchive.PLAIN.output(output))
                .results()
                .map(match -> match.group(1))
                .toList();
        Map<String, String> left = Ground.describe(archive);
        left.keySet().removeAll(expected);
        delete("--confirm " + words).requireExit(0);
        Map<String, String> found = Ground.describe(archive);
        assertEquals(files(left), files(found));
        delete("--confirm " + words).requireExit(0);
        assertEquals(files(left), files(Ground.describe(archive)));
    }

    private static List<String> files(Map<String, String> tree) {
        return tree.keySet().stream().filter(name -> !name.endsWith("/")).toList();
    }

    @Test
    void aKeptBackupStaysRestorable() {
        String first = "base_000000010000000000000008_00000040";
        Program walarchive = Program.walarchive().on(archive);
        walarchive.run("keep", first).requireExit(0);
        assertEquals(first + "\n", walarchive.run("keep").requireExit(0).output());
        Run run = delete("--confirm retain 1").requireExit(0);
        assertTrue(run.log().contains("DETAIL: " + first + " stays: it has a keep mark."), run::toString);
        Map<String, String> left = Ground.describe(archive);
        assertFalse(left.containsKey("wal_005/000000010000000000000007.lzo"));
        assertTrue(Stream.of("000000010000000000000008", "00000001000000000000000D", "00000002000000000000000C")
                .allMatch(name -> left.containsKey("wal_005/" + name + ".lzo")));
        assertTrue(left.containsKey("basebackups_005/" + first + "_backup_stop_sentinel.json"));
        assertFalse(
                left.containsKey("basebackups_005/base_00000001000000000000000A_00000040_backup_stop_sentinel.json"));
    }
}
