package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.walarchive.ArchiveEvent;
import org.walarchive.WalPushResult;
import org.walarchive.cli.log.RecordForm;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.cli.log.StreamTarget;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreLocation;

/** The examples of {@code docs/logging.md} are what is logged. */
final class LoggingDocTest {

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/logging.md"));
    }

    private static String block(int number) throws IOException {
        Matcher blocks = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```$").matcher(page());
        for (int i = 0; i <= number; i++) {
            assertTrue(blocks.find());
        }
        return blocks.group(1);
    }

    private static String logged(RecordForm form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RecordLog log = new RecordLog(
                List.of(new StreamTarget(new PrintStream(bytes, true, StandardCharsets.UTF_8))),
                form,
                Severity.INFO,
                InstantSource.fixed(Instant.parse("2026-11-22T04:10:11.123456Z")),
                4711);
        StoreLocation location = StoreLocation.parse("s3://bucket/main");
        String segment = "000000010000000000000008";
        new EventLog(log, location)
                .onEvent(new ArchiveEvent.WalPushed(
                        WalFileName.parse(segment),
                        WalPushResult.ARCHIVED,
                        location + "/wal_005/" + segment + ".lzo",
                        1024 * 1024,
                        Duration.ofSeconds(1)));
        log.write(Main.record(Severity.ERROR, "no storage prefix defined", null, "Set WALE_S3_PREFIX."));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void text() throws IOException {
        assertEquals(logged(RecordForm.TEXT), block(0));
    }

    /** The launcher's line is LauncherIT's. */
    @Test
    void json() throws IOException {
        List<String> lines = block(1).lines().toList();
        assertEquals(logged(RecordForm.JSON), lines.get(0) + "\n" + lines.get(1) + "\n");
        assertEquals(3, lines.size());
    }

    @Test
    void everySettingIsThere() throws IOException {
        for (String name : List.of(
                LogSettings.DESTINATION,
                LogSettings.FACILITY,
                LogSettings.FORMAT,
                LogSettings.LEVEL,
                LogSettings.SOCKET,
                Option.LOG_FORMAT.word(),
                Option.TERSE.word())) {
            assertTrue(page().contains("`" + name), name);
        }
    }
}
