package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.cli.interop.Run;

/** {@code backup-list} prints what WAL-E printed, byte for byte. */
final class BackupListIT {

    private static final String EOL = "\r\n";

    @TempDir
    private Path directory;

    @BeforeEach
    void open() {
        Ground.open(directory);
    }

    private Run list(WalEArchive archive, String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "backup-list";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Program.walarchive().on(archive.copyTo(directory)).run(all);
    }

    /** On the file store WAL-E prints in the order of directory entries, on all others sorted, as here. */
    private static String sorted(String table) {
        String[] lines = table.split(EOL);
        Arrays.sort(lines, 1, lines.length);
        return String.join(EOL, lines) + EOL;
    }

    /** On the file store WAL-E leaves the details out, which it prints for the same objects on S3. */
    private static String withDetails(String fileTable, String s3Table) {
        Map<String, String[]> s3 = new HashMap<>();
        for (String line : s3Table.split(EOL)) {
            String[] fields = line.split("\t", -1);
            s3.put(fields[0], fields);
        }
        StringBuilder table = new StringBuilder();
        for (String line : sorted(fileTable).split(EOL)) {
            String[] fields = line.split("\t", -1);
            for (int column : List.of(2, 5, 6)) {
                fields[column] = s3.get(fields[0])[column];
            }
            table.append(String.join("\t", fields)).append(EOL);
        }
        return table.toString();
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TBLSPC", "GPG"})
    void listsAllBackups(WalEArchive archive) {
        Run run = list(archive).requireExit(0);
        assertEquals(sorted(archive.output("backup-list.stdout")), run.output());
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TBLSPC", "GPG"})
    void listsDetails(WalEArchive archive) {
        Run run = list(archive, "--detail").requireExit(0);
        assertEquals(
                withDetails(archive.output("backup-list.stdout"), archive.output("s3-backup-list-detail.stdout")),
                run.output());
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TBLSPC", "GPG"})
    void listsTheLatest(WalEArchive archive) {
        Run run = list(archive, "LATEST").requireExit(0);
        assertEquals(archive.output("backup-list-LATEST.stdout"), run.output());
    }

    @ParameterizedTest
    @CsvSource({
        "named, base_00000001000000000000000A_00000040",
        "unknown, base_0000000100000000000000FF_00000040",
        "garbage, garbage"
    })
    void answersQueries(String output, String query) {
        Run run = list(WalEArchive.PLAIN, query);
        assertEquals(WalEArchive.PLAIN.output("backup-list-" + output + ".stdout"), run.output());
        String exit = WalEArchive.PLAIN.output("backup-list-" + output + ".rc").strip();
        assertEquals(Integer.parseInt(exit), run.exit(), run::toString);
    }

    @Test
    void theTreeOfAnOfflineBackupIsListed() {
        Run run = list(WalEArchive.ODDTREE, "--detail").requireExit(0);
        String row = run.output().split(EOL)[1];
        assertEquals(
                "base_000000120000001A0000005F_0000005F\t2026-11-21T00:52:06.837134\t1500333"
                        + "\t000000120000001A0000005F\t0000005F\t000000120000001A0000005F\t0000005F",
                row);
    }

    @Test
    void standardOutputIsTheTableAlone() {
        Run run = list(WalEArchive.PLAIN).requireExit(0);
        assertTrue(run.log().contains("The subcommand is \"backup-list\"."), run::toString);
        assertEquals(4, run.output().split(EOL).length, run::toString);
    }
}
