package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupName;

/** What WAL-E 1.1.1 printed of the same archives. */
final class BackupTableTest {

    private static final String FIRST = "base_000000010000000000000008_00000040";
    private static final String SECOND = "base_00000001000000000000000A_00000040";
    private static final String THIRD = "base_00000002000000000000000D_00000040";

    /** In the order in which the file system happened to give them to WAL-E. */
    private static final List<Backup> FILE = List.of(
            backup(THIRD, "2026-11-21T00:31:39.411872307Z"),
            backup(FIRST, "2026-11-21T00:31:26.178206800Z"),
            backup(SECOND, "2026-11-21T00:31:29.102728600Z"));

    private static Backup backup(String name, String time) {
        return new Backup(BackupName.parse(name), Instant.parse(time), Optional.empty());
    }

    private static Backup s3(String name, long size) {
        BackupName parsed = BackupName.parse(name);
        BackupDetails details =
                ofWalE(OptionalLong.of(size), Optional.of(parsed.segment().toString()), Optional.of("00000256"));
        return new Backup(parsed, Instant.parse("2026-11-21T00:36:11Z"), Optional.of(details));
    }

    /** What a sentinel of WAL-E's tells. */
    static BackupDetails ofWalE(OptionalLong sizeBytes, Optional<String> stopSegment, Optional<String> stopOffset) {
        return new BackupDetails(
                sizeBytes,
                stopSegment,
                stopOffset,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static String golden(String name) throws IOException {
        try (InputStream resource = BackupTableTest.class.getResourceAsStream(name + ".stdout")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A sentinel is any text: it shall neither add a row nor a column, nor speak to a terminal. */
    @Test
    void damagedSentinelStaysInItsField() {
        BackupDetails details = ofWalE(OptionalLong.empty(), Optional.of("0\r\nbase_evil\t"), Optional.of("\u001b[2J"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BackupTable(new PrintStream(out), "file")
                .printRows(List.of(new Backup(BackupName.parse(FIRST), Instant.EPOCH, Optional.of(details))));
        assertEquals(
                FIRST + "\t1970-01-01T00:00:00\t\t000000010000000000000008\t00000040"
                        + "\t0\\u000d\\u000abase_evil\\u0009\t\\u001b[2J\r\n",
                out.toString(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "backup-list,backup-list,0",
        "backup-list-LATEST,backup-list LATEST,0",
        "backup-list-named,backup-list base_00000001000000000000000A_00000040,0",
        "backup-list-unknown,backup-list base_0000000100000000000000FF_00000040,0",
        "backup-list-garbage,backup-list garbage,1",
    })
    void fileStore(String file, String words, int code) throws IOException {
        Cli cli = new Cli();
        cli.archive.backups = FILE;
        assertEquals(code, cli.run(words.split(" ")));
        assertEquals(golden(file), cli.out());
    }

    @Test
    void garbageIsExplained() {
        Cli cli = new Cli();
        assertEquals(1, cli.run("backup-list", "garbage"));
        assertTrue(
                cli.err()
                        .contains("ERROR    MSG: invalid backup query submitted\n"
                                + "        DETAIL: The submitted query operator was \"garbage.\"\n"),
                cli.err());
        assertEquals(List.of("close"), cli.archive.calls);
    }

    @Test
    void aMisspeltLatestIsAskedFor() {
        Cli cli = new Cli();
        assertEquals(1, cli.run("backup-list", "LATTEST"));
        assertTrue(cli.err().contains("HINT: Did you mean LATEST?\n"), cli.err());
    }

    @Test
    void s3Store() throws IOException {
        Cli cli = new Cli();
        cli.environment.put("WALARCHIVE_PREFIX", "s3://fxb/plain");
        cli.archive.backups = List.of(s3(FIRST, 25375737), s3(SECOND, 25416697), s3(THIRD, 25515250));
        assertEquals(0, cli.run("backup-list", "--detail"));
        assertEquals(golden("s3-backup-list-detail"), cli.out());
        assertEquals("list SENTINELS", cli.archive.calls.get(0));
    }

    @Test
    void aNamesDetailsReadNoOthers() {
        Cli cli = new Cli();
        cli.archive.backups = List.of(s3(FIRST, 25375737), s3(SECOND, 25416697));
        assertEquals(0, cli.run("backup-list", "--detail", SECOND));
        assertEquals(List.of("list " + SECOND + " SENTINELS", "close"), cli.archive.calls);
        assertEquals(2, cli.out().lines().count(), cli.out());
    }

    @Test
    void theBeginningOfNamesStandsForAllOfThem() {
        Cli cli = new Cli();
        cli.archive.backups = FILE;
        assertEquals(0, cli.run("backup-list", "base_00000001"));
        assertEquals(3, cli.out().lines().count(), cli.out());
    }

    @Test
    void s3StoreWithoutDetail() throws IOException {
        Cli cli = new Cli();
        cli.environment.put("WALARCHIVE_PREFIX", "s3://fxb/plain");
        cli.archive.backups = List.of(
                backup(FIRST, "2026-11-21T00:36:11Z"),
                backup(SECOND, "2026-11-21T00:36:11Z"),
                backup(THIRD, "2026-11-21T00:36:11Z"));
        assertEquals(0, cli.run("backup-list"));
        assertEquals(golden("s3-backup-list"), cli.out());
        assertEquals("list NAMES", cli.archive.calls.get(0));
    }

    @ParameterizedTest
    @CsvSource({
        "file,2024-01-01T00:00:00Z,2024-01-01T00:00:00",
        "file,2024-01-01T00:00:00.000042Z,2024-01-01T00:00:00.000042",
        "file,2024-01-01T00:00:00.999999900Z,2024-01-01T00:00:01",
        "swift,2026-11-21T00:25:00.263673Z,2026-11-21T00:25:00.263673",
        "s3,2026-11-21T00:36:11Z,2026-11-21T00:36:11.000Z",
        "gs,2024-01-01T00:00:00Z,2024-01-01 00:00:00+00:00",
        "gs,2024-01-01T00:00:00.5Z,2024-01-01 00:00:00.500000+00:00",
        "wabs,2024-01-01T00:00:00Z,2024-01-01 00:00:00+00:00",
    })
    void times(String scheme, String time, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new BackupTable(new PrintStream(bytes, true, StandardCharsets.UTF_8), scheme)
                .printRows(List.of(backup(FIRST, time)));
        assertEquals(text, bytes.toString(StandardCharsets.UTF_8).split("\t")[1]);
    }
}
