package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.walarchive.BackupPushRequest;
import org.walarchive.LocalFileException;

final class MainTest {

    private final Cli cli = new Cli();

    @Test
    void versionPrintsOneLineAndNeedsNoArchive() {
        cli.environment.clear();
        assertEquals(0, cli.run("version"));
        assertTrue(cli.out().matches("[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\n"), cli.out());
        assertEquals("", cli.err());
    }

    @Test
    void helpIsData() {
        cli.environment.clear();
        assertEquals(0, cli.run("-h"));
        assertEquals(Usage.of(Subcommand.NONE), cli.out());
        assertEquals("", cli.err());
    }

    @Test
    void walPushSaysNothingOfItsStart() {
        assertEquals(0, cli.run("wal-push", "pg_wal/000000010000000000000001"));
        assertEquals(List.of("wal push pg_wal/000000010000000000000001", "close"), cli.archive.calls);
        assertEquals("", cli.out() + cli.err());
    }

    @Test
    void whereMemoryDoesNotSufficeAHintSaysHowToGiveMore() {
        cli.archive.crash = new OutOfMemoryError("Java heap space");
        assertEquals(1, cli.run("wal-push", "x"));
        assertTrue(cli.err().contains("MSG: out of memory\n"), cli.err());
        assertTrue(cli.err().contains("Java heap space"), cli.err());
        assertTrue(cli.err().contains("HINT: Give Java more"), cli.err());
    }

    @ParameterizedTest
    @CsvSource({
        "wal-push x, , 8",
        "wal-push x, 5, 5",
        "wal-push -p 7 x, 5, 7",
        "wal-push -p 7 x, many, 7",
        "wal-push -p 1 x, , 1",
        "wal-push --pool-size 0 x, , 1",
        "wal-push -p -1 x, , 1",
        "wal-push x, 0, 1"
    })
    void walPushTakesThePoolOfWalEElseOursElse8(String words, String variable, int size) {
        if (variable != null) {
            cli.environment.put("WALARCHIVE_WAL_POOL_SIZE", variable);
        }
        assertEquals(0, cli.run(words.split(" ")), cli.err());
        assertEquals(size, cli.archive.walPushRequest.poolSize());
    }

    @Test
    void aPoolThatIsNoNumberIsRefused() {
        cli.environment.put("WALARCHIVE_WAL_POOL_SIZE", "many");
        assertEquals(2, cli.run("wal-push", "x"));
        assertTrue(cli.err().contains("WALARCHIVE_WAL_POOL_SIZE cannot be read"), cli.err());
        assertEquals(List.of(), cli.archive.calls);
    }

    @Test
    void walFetchHandsNameAndTargetOn() {
        assertEquals(0, cli.run("wal-fetch", "-p", "8", "00000002.history", "pg_wal/RECOVERYHISTORY"));
        assertEquals(
                List.of("wal fetch 00000002.history pg_wal/RECOVERYHISTORY, prefetching", "close"), cli.archive.calls);
    }

    @ParameterizedTest
    @CsvSource({"-p 0,,false", "--prefetch=-1,,false", ",0,false", ",,true", ",3,true", "-p 1,0,true", "-p 0,5,false"})
    void walFetchPrefetchesUnlessToldNotTo(String option, String variable, boolean prefetches) {
        if (variable != null) {
            cli.environment.put("WALARCHIVE_PREFETCH", variable);
        }
        String words = "wal-fetch " + (option == null ? "" : option + " ") + "000000010000000000000001 x";
        assertEquals(0, cli.run(words.split(" ")));
        assertEquals(
                "wal fetch 000000010000000000000001 x" + (prefetches ? ", prefetching" : ""), cli.archive.calls.get(0));
    }

    @Test
    void aNumberOfSegmentsThatIsNoneIsRefused() {
        cli.environment.put("WALARCHIVE_PREFETCH", "many");
        assertEquals(255, cli.run("wal-fetch", "000000010000000000000001", "x"));
        assertTrue(cli.err().contains("WALARCHIVE_PREFETCH cannot be read"), cli.err());
    }

    @ParameterizedTest
    @CsvSource({",8", "-p 3 ,3"})
    void walPrefetch(String option, int ahead) {
        String words =
                "wal-prefetch " + (option == null ? "" : option + " ") + "/srv/pg/pg_wal 000000010000000000000002";
        assertEquals(0, cli.run(words.split(" +")));
        assertEquals(
                List.of("wal prefetch /srv/pg/pg_wal 000000010000000000000002 " + ahead, "close"), cli.archive.calls);
        assertEquals("", cli.out() + cli.err());
    }

    @Test
    void backupPushByDefault() {
        assertEquals(0, cli.run("backup-push", "/srv/pg"));
        BackupPushRequest request = cli.archive.pushRequest;
        assertEquals(Path.of("/srv/pg"), request.dataDirectory());
        assertEquals(BackupPushRequest.Mode.ONLINE, request.mode());
        assertEquals(BackupPushRequest.ConfigurationFiles.INCLUDE, request.configurationFiles());
        assertEquals(BackupPushRequest.Checkpoint.FAST, request.checkpoint());
        assertEquals(Optional.of(Duration.ofMinutes(10)), request.walWait());
        assertEquals(4, cli.archive.config.poolSize());
        assertTrue(
                cli.err()
                        .startsWith("walarchive.cli INFO     MSG: starting walarchive\n"
                                + "        DETAIL: The subcommand is \"backup-push\".\n"),
                cli.err());
    }

    @Test
    void backupPushWithEveryOption() {
        cli.environment.put("PGHOST", "db");
        cli.environment.put("PGPORT", "5433");
        assertEquals(
                0,
                cli.run("backup-push", "-p", "2", "--no-config-files", "--wal-wait", "9", "--check", "spread", "/d"));
        BackupPushRequest request = cli.archive.pushRequest;
        assertEquals(BackupPushRequest.ConfigurationFiles.LEAVE_OUT, request.configurationFiles());
        assertEquals(BackupPushRequest.Checkpoint.SPREAD, request.checkpoint());
        assertEquals(Optional.of(Duration.ofSeconds(9)), request.walWait());
        assertEquals(2, cli.archive.config.poolSize());
        assertEquals(Optional.of("db"), request.server().host());
        assertEquals(5433, request.server().port());
    }

    @Test
    void theOptionForTheReadRateWinsOverTheVariable() {
        assertEquals(0, cli.run("backup-push", "/d"));
        assertTrue(cli.archive.pushRequest.readRateLimit().isEmpty());
        cli.environment.put("WALARCHIVE_CLUSTER_READ_RATE_LIMIT", "7000000000");
        assertEquals(0, cli.run("backup-push", "/d"));
        assertEquals(
                OptionalLong.of(7_000_000_000L),
                cli.archive.pushRequest.readRateLimit().orElseThrow().bytesPerSecond());
        assertEquals(0, cli.run("backup-push", "--cluster-read-rate-limit", "9", "/d"));
        assertEquals(
                OptionalLong.of(9),
                cli.archive.pushRequest.readRateLimit().orElseThrow().bytesPerSecond());
    }

    @Test
    void backupPushOffline() {
        cli.environment.put("PGPORT", "of no interest");
        assertEquals(0, cli.run("backup-push", "--while-offline", "--no-wal-wait", "/d"));
        assertEquals(BackupPushRequest.Mode.OFFLINE, cli.archive.pushRequest.mode());
        assertEquals(Optional.empty(), cli.archive.pushRequest.walWait());
    }

    @ParameterizedTest
    @CsvSource({
        "--wal-wait 0,--wal-wait: 0 is less than 1",
        "--cluster-read-rate-limit 0,--cluster-read-rate-limit: 0 is less than 1",
        "--cluster-read-rate-limit 1M,'--cluster-read-rate-limit: \"1M\" is not a number'",
        "--wal-wait 1 --no-wal-wait,--no-wal-wait and --wal-wait exclude each other",
        "--checkpoint slow,'--checkpoint: \"slow\" is none of fast, spread'",
    })
    void backupPushRefuses(String options, String message) {
        assertEquals(2, cli.run(("backup-push /d " + options).split(" ")));
        assertTrue(cli.err().contains("MSG: " + message + "\n"), cli.err());
        assertEquals(List.of(), cli.archive.calls);
    }

    @ParameterizedTest
    @CsvSource({"x", "0", "70000"})
    void aWrongPortIsAWrongConfiguration(String port) {
        cli.environment.put("PGPORT", port);
        assertEquals(2, cli.run("backup-push", "/d"));
        assertTrue(cli.err().contains("MSG: PGPORT cannot be read\n"), cli.err());
    }

    @Test
    void backupFetch() {
        assertEquals(0, cli.run("backup-fetch", "/d", "LATEST"));
        assertEquals(Path.of("/d"), cli.archive.restoreRequest.directory());
        assertEquals("LATEST", cli.archive.restoreRequest.backup());
    }

    @Test
    void errorsAreWrittenWithDetailAndHint() {
        cli.archive.failure = new LocalFileException("cannot read x", "The detail.", "The hint.");
        assertEquals(7, cli.run("--terse", "wal-push", "x"));
        assertTrue(cli.err().startsWith("""
                walarchive.cli ERROR    MSG: cannot read x
                        DETAIL: The detail.
                        HINT: The hint.
                        STRUCTURED: time="""), cli.err());
        assertEquals("", cli.out());
    }

    @Test
    void terseLeavesWarnings() {
        assertEquals(0, cli.run("--terse", "backup-list"));
        assertEquals("", cli.err());
    }

    @ParameterizedTest
    @CsvSource({
        "stderr,''",
        "'',''",
        "'stderr,journal',''",
        "journal,WALE_LOG_DESTINATION names neither stderr nor syslog; logging to stderr",
    })
    void destinations(String destination, String warning) {
        cli.environment.put("WALE_LOG_DESTINATION", destination);
        assertEquals(0, cli.run("wal-push", "x"));
        assertTrue(
                warning.isEmpty()
                        ? cli.err().isEmpty()
                        : cli.err().startsWith("walarchive.cli WARNING  MSG: " + warning + "\n"),
                cli.err());
    }

    @ParameterizedTest
    @CsvSource({"syslog,1", "'stderr, syslog',1", "'syslog,stderr',1"})
    void whereNoSyslogDaemonListensRecordsAreOnStandardErrorWithOneWarning(String destination, int times) {
        cli.environment.put("WALE_LOG_DESTINATION", destination);
        cli.environment.put("WALARCHIVE_SYSLOG_SOCKET", "/nonexistent/log");
        assertEquals(0, cli.run("backup-list"));
        assertEquals(times, cli.err().split("MSG: starting walarchive", -1).length - 1, cli.err());
        assertEquals(1, cli.err().split("WARNING  MSG: syslog is not reached\n", -1).length - 1, cli.err());
        assertTrue(cli.err().contains("DETAIL: /nonexistent/log: there is no such socket\n"), cli.err());
    }

    @Test
    void aFacilityThatIsNoneIsUser() {
        cli.environment.put("WALE_LOG_DESTINATION", "syslog");
        cli.environment.put("WALARCHIVE_SYSLOG_SOCKET", "/nonexistent/log");
        cli.environment.put("WALE_SYSLOG_FACILITY", "local9");
        assertEquals(0, cli.run("wal-push", "x"));
        assertTrue(cli.err().contains("MSG: WALE_SYSLOG_FACILITY is none of kern, user, "), cli.err());
    }

    @Test
    void theEnginesLinesAreInTheLog() {
        assertEquals(0, cli.run("backup-list"));
        LoggerFactory.getLogger("org.walarchive.core.wal.WalPush")
                .atWarn()
                .addKeyValue("segment", "S")
                .log("slow {}", "store");
        assertTrue(cli.err().contains("walarchive.core.wal WARNING  MSG: slow store\n"), cli.err());
        assertTrue(cli.err().endsWith(" segment=S\n"), cli.err());
        assertFalse(cli.out().contains("slow"));
    }
}
