package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.postgres.WalSegmentName;

@Timeout(120)
final class PrefetchProcessTest {

    private static final WalSegmentName NEXT = WalSegmentName.parse("000000010000000000000002");

    @TempDir
    Path directory;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private PrefetchProcess process(String launcher, String... words) throws UsageException {
        return new PrefetchProcess(
                launcher, CommandLineParser.parse(words), 5, new RecordLog(new PrintStream(err, true), Severity.INFO));
    }

    @Test
    void passesTheGlobalOptionsOn() throws Exception {
        PrefetchProcess process = process(
                "/opt/w/bin/walarchive",
                "--s3-prefix",
                "s3://b/p",
                "-k-odd key",
                "--log-format",
                "json",
                "--terse",
                "wal-fetch",
                "-p",
                "7",
                "000000010000000000000001",
                "pg_wal/RECOVERYXLOG");
        assertEquals(
                List.of(
                        "/opt/w/bin/walarchive",
                        "--s3-prefix=s3://b/p",
                        "--aws-access-key-id=-odd key",
                        "--log-format=json",
                        "--terse",
                        "wal-prefetch",
                        "--prefetch=5",
                        "--",
                        "/srv/my pg/pg_wal",
                        "000000010000000000000002"),
                process.command(Path.of("/srv/my pg/pg_wal"), NEXT));
    }

    /** What PostgreSQL could notice of it: its session, its directory, what it holds open, how it ends. */
    @Test
    void startsItDetached() throws Exception {
        Path report = directory.resolve("it's a report");
        Path launcher = script("""
                #!/bin/sh
                {
                    readlink /proc/$$/cwd
                    readlink /proc/$PPID/fd/0 /proc/$PPID/fd/1 /proc/$PPID/fd/2
                    sed 's|.*) ||' /proc/$$/stat | cut -d' ' -f2,4
                    echo "$@"
                } >"REPORT.tmp"
                mv "REPORT.tmp" "REPORT"
                kill -9 $$
                """.replace("REPORT", report.toString()));
        process(launcher.toString(), "wal-fetch", "000000010000000000000001", "pg_wal/RECOVERYXLOG")
                .start(directory.resolve("pg_wal"), NEXT);
        while (!Files.exists(report)) {
            Thread.onSpinWait();
        }
        List<String> lines = Files.readAllLines(report);
        assertEquals(List.of("/", "/dev/null", "/dev/null", "/dev/null"), lines.subList(0, 4));
        String[] parentAndSession = lines.get(4).split(" ");
        assertEquals(parentAndSession[0], parentAndSession[1], "the guard leads a session of its own");
        assertNotEquals(String.valueOf(ProcessHandle.current().pid()), parentAndSession[1]);
        assertEquals("wal-prefetch --prefetch=5 -- " + directory + "/pg_wal " + NEXT, lines.get(5));
        assertEquals("", err.toString());
    }

    @Test
    void theGuardExitsWithZeroHoweverItEnds() throws Exception {
        for (String end : List.of("kill -9 $$", "kill -TERM $$", "kill -TERM $PPID; exit 3", "exit 143")) {
            Path launcher = script("#!/bin/sh\n" + end + "\n");
            Process guard = new ProcessBuilder("/bin/sh", "-c", PrefetchProcess.GUARD, "x", launcher.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertEquals(0, guard.waitFor(), end);
        }
    }

    @Test
    void failsQuietly() throws Exception {
        process("/nowhere/walarchive", "wal-fetch", "000000010000000000000001", "x")
                .start(directory, NEXT);
        PrefetchProcess.of(
                        CommandLineParser.parse("wal-fetch", "000000010000000000000001", "x"),
                        8,
                        new RecordLog(new PrintStream(err, true), Severity.INFO))
                .start(directory, NEXT);
        assertEquals("", err.toString());
        assertFalse(Files.exists(directory.resolve("report")));
    }

    private Path script(String text) throws IOException {
        Path file = directory.resolve("launch er");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }
}
