package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ArchiveEvent;
import org.walarchive.BackupName;
import org.walarchive.BackupResult;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionReason;
import org.walarchive.DeletionResult;
import org.walarchive.RestoreResult;
import org.walarchive.ServerException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushResult;
import org.walarchive.WalQueueLimit;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.StoreLocation;

final class EventLogTest {

    private static final WalFileName NAME = WalFileName.parse("000000010000000000000008");
    private static final BackupName BACKUP = BackupName.parse("base_000000010000000000000008_00000040");
    private static final String URL = "file://localhost/srv/a/wal_005/000000010000000000000008.lzo";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static String render(ArchiveEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        RecordLog log = new RecordLog(
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                Severity.INFO,
                InstantSource.fixed(Instant.EPOCH),
                7);
        new EventLog(log, StoreLocation.parse("file://localhost/srv/a")).onEvent(event);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void walPushInWalEsWords() {
        assertEquals(
                """
                walarchive.cli INFO     MSG: begin archiving a file
                        DETAIL: Uploading "pg_wal/000000010000000000000008" to "%s".
                        STRUCTURED: time=1970-01-01T00:00:00.000000-00 pid=7 action=push-wal key=%s prefix=srv/a/ seg=000000010000000000000008 state=begin
                """.formatted(URL, URL), render(new ArchiveEvent.WalPushStarted(NAME, Path.of("pg_wal/" + NAME), URL)));
        assertEquals(
                """
                walarchive.cli INFO     MSG: completed archiving to a file
                        DETAIL: Archiving to "%s" complete at 100KiB/s.
                        STRUCTURED: time=1970-01-01T00:00:00.000000-00 pid=7 action=push-wal key=%s prefix=srv/a/ rate=100 seg=000000010000000000000008 state=complete
                """.formatted(URL, URL),
                render(new ArchiveEvent.WalPushed(NAME, WalPushResult.ARCHIVED, URL, 102400, SECOND)));
    }

    private static Map<ArchiveEvent, String> messages() {
        BackupResult result = new BackupResult(BACKUP, new TimelineId(1), new Lsn(40), new Lsn(80), 1, 2, 3);
        Map<ArchiveEvent, String> messages = new LinkedHashMap<>();
        messages.put(new ArchiveEvent.WalPushStarted(NAME, Path.of("f"), URL), "begin archiving a file");
        messages.put(
                new ArchiveEvent.WalPushed(NAME, WalPushResult.ARCHIVED, URL, 1, SECOND),
                "completed archiving to a file");
        messages.put(
                new ArchiveEvent.WalPushed(NAME, WalPushResult.ALREADY_ARCHIVED, URL, 0, SECOND),
                "skip archiving a file");
        messages.put(new ArchiveEvent.WalFetchStarted(NAME, Path.of("f")), "begin wal restore");
        messages.put(
                new ArchiveEvent.WalFetched(NAME, WalFetchResult.FETCHED, Path.of("f"), SECOND),
                "complete wal restore");
        messages.put(
                new ArchiveEvent.WalFetched(NAME, WalFetchResult.ABSENT, Path.of("f"), SECOND),
                "could no longer locate object while performing wal restore");
        messages.put(new ArchiveEvent.BackupStarted(BACKUP, new Lsn(40), URL), "begin a base backup");
        messages.put(new ArchiveEvent.PartitionUploadStarted(BACKUP, 0, 1, 2), "begin uploading a base backup volume");
        messages.put(
                new ArchiveEvent.PartitionUploaded(BACKUP, 0, 1, 2, SECOND), "finish uploading a base backup volume");
        messages.put(new ArchiveEvent.FileTreated("pg_x", "left out"), "\"pg_x\": left out");
        messages.put(
                new ArchiveEvent.WaitingForWal(BACKUP, WalSegmentName.parse(NAME.text()), SECOND),
                "waiting for the WAL of a base backup");
        messages.put(new ArchiveEvent.BackupCompleted(result, SECOND), "completed a base backup");
        messages.put(new ArchiveEvent.RestorePlanned(BackupFetchCommandTest.plan()), "begin a restore");
        messages.put(new ArchiveEvent.PartitionFetchStarted(BACKUP, 0, URL), "beginning partition download");
        messages.put(new ArchiveEvent.PartitionFetched(BACKUP, 0, 1, SECOND), "completed partition download");
        messages.put(
                new ArchiveEvent.RestoreCompleted(new RestoreResult(BACKUP, Path.of("/d"), 1, 2), SECOND),
                "completed a restore");
        messages.put(
                new ArchiveEvent.DeletionStarted(new DeletionDecision(
                        "wal_005/x", 1, DeletionDecision.Kind.SEGMENT, DeletionReason.NOT_NEEDED, "why")),
                "deleting a wal file");
        messages.put(
                new ArchiveEvent.DeletionCompleted(new DeletionResult(1, 2, List.of(), 0), SECOND),
                "completed a deletion");
        messages.put(new ArchiveEvent.Verifying(1, 2, 3, SECOND), "verifying the archive");
        messages.put(new ArchiveEvent.Retrying("put k", 2, "reset", SECOND), "");
        messages.put(new ArchiveEvent.WalPushFailed(NAME, new ServerException("no", null, null)), "");
        messages.put(
                new ArchiveEvent.WalDropped(NAME, WalPushResult.DROPPED, 5 << 20, new WalQueueLimit(4 << 20), "no"),
                "");
        return messages;
    }

    @Test
    void everyEventIsRendered() {
        Set<Class<?>> here = messages().keySet().stream().map(Object::getClass).collect(Collectors.toSet());
        assertEquals(Stream.of(ArchiveEvent.class.getPermittedSubclasses()).collect(Collectors.toSet()), here);
        messages().forEach((event, message) -> {
            String text = render(event);
            assertTrue(message.isEmpty() ? text.isEmpty() : text.contains(" MSG: " + message + "\n"), text);
        });
    }

    @Test
    void aPartitionIsNamedAndItsKeyHinted() {
        String text = render(new ArchiveEvent.PartitionFetchStarted(BACKUP, 0, "file://h/a/part_00000000.tar.lzo"));
        assertTrue(text.contains("DETAIL: The partition being downloaded is part_00000000.tar.lzo.\n"), text);
        assertTrue(text.contains("HINT: The absolute file key is file://h/a/part_00000000.tar.lzo.\n"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "102400,1000,100",
        "46490317,1000,45400.7",
        "1,0,NaN",
        "0,5,0",
        "1,1000,0.000976562",
        "1048576000,1,1024000000",
        "12345678901,1000,12056300"
    })
    void rates(long bytes, long millis, String rate) {
        assertEquals(rate, EventLog.rate(bytes, Duration.ofMillis(millis)));
    }
}
