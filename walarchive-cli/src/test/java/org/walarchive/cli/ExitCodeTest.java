package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.ArchiveException;
import org.walarchive.BackupNotFoundException;
import org.walarchive.ConfigurationException;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.LocalFileException;
import org.walarchive.ServerException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalNotArchivedException;
import org.walarchive.store.StoreException;

/** The table of {@code docs/exit-codes.md}. */
final class ExitCodeTest {

    private static final String SEGMENT = "000000010000000000000001";

    private static final Map<Subcommand, String[]> COMMANDS = Map.of(
            Subcommand.WAL_PUSH, new String[] {"wal-push", "/pg_wal/" + SEGMENT},
            Subcommand.WAL_FETCH, new String[] {"wal-fetch", SEGMENT, "pg_wal/RECOVERYXLOG"},
            Subcommand.BACKUP_PUSH, new String[] {"backup-push", "/d"},
            Subcommand.BACKUP_FETCH, new String[] {"backup-fetch", "/d", "LATEST"},
            Subcommand.BACKUP_LIST, new String[] {"backup-list"},
            Subcommand.DELETE, new String[] {"delete", "everything"},
            Subcommand.KEEP, new String[] {"keep"});

    private static Map<ArchiveException, Integer> table() {
        Map<ArchiveException, Integer> table = new LinkedHashMap<>();
        table.put(new ConfigurationException("m", null, null), 2);
        table.put(new ConflictException("m", null, null), 3);
        for (StoreException.Kind kind : StoreException.Kind.values()) {
            table.put(new StoreAccessException("m", new StoreException(kind, "k")), 4);
        }
        table.put(new CorruptArchiveException("m", null, null), 5);
        table.put(new BackupNotFoundException("m", null, null), 6);
        table.put(new LocalFileException("m", null, null), 7);
        table.put(new ServerException("m", null, null), 8);
        table.put(new WalNotArchivedException("m", null, null), 9);
        table.put(new InvalidWalFileException("m", null, null), 10);
        return table;
    }

    @Test
    void theTableHasEveryFailure() {
        Set<Class<?>> here = table().keySet().stream().map(Object::getClass).collect(Collectors.toSet());
        assertEquals(Set.copyOf(Arrays.asList(ArchiveException.class.getPermittedSubclasses())), here);
    }

    @Test
    void everyFailureOfEverySubcommandHasItsCode() {
        COMMANDS.forEach((subcommand, words) -> table().forEach((failure, code) -> {
            Cli cli = new Cli();
            cli.archive.failure = failure;
            int expected = subcommand == Subcommand.WAL_FETCH ? 255 : code;
            assertEquals(expected, cli.run(words), subcommand + " " + failure);
            assertTrue(cli.err().contains("ERROR    MSG: m\n"), cli.err());
        }));
    }

    @Test
    void anythingThrownIsAFailureWithItsStackTrace() {
        for (Throwable crash : List.of(
                new OutOfMemoryError("heap"), new StackOverflowError(), new IllegalStateException("s"), new Error())) {
            COMMANDS.forEach((subcommand, words) -> {
                Cli cli = new Cli();
                cli.archive.crash = crash;
                assertEquals(subcommand == Subcommand.WAL_FETCH ? 255 : 1, cli.run(words), subcommand + " " + crash);
                assertTrue(cli.err().contains("CRITICAL MSG: "), cli.err());
                assertTrue(cli.err().contains("        DETAIL: " + crash + "\n        \tat "), cli.err());
            });
        }
    }

    @Test
    void anInterruptIsAFailure() {
        COMMANDS.forEach((subcommand, words) -> {
            Cli cli = new Cli();
            cli.archive.interrupted = true;
            assertEquals(subcommand == Subcommand.WAL_FETCH ? 255 : 1, cli.run(words), subcommand.word());
        });
    }

    @Test
    void successIsZeroAndOnlyAConfirmedAbsenceIsOne() {
        COMMANDS.forEach((subcommand, words) -> {
            Cli cli = new Cli();
            assertEquals(0, cli.run(words), subcommand.word());
            assertEquals("close", cli.archive.calls.get(1));
        });
        Cli cli = new Cli();
        cli.archive.fetchResult = WalFetchResult.ABSENT;
        assertEquals(1, cli.run(COMMANDS.get(Subcommand.WAL_FETCH)));
    }

    @Test
    void theLauncherIsToldByCodesOfItsChoice() {
        ExitSignals signals = ExitSignals.of(Map.of(ExitSignals.FETCH_FAILURE_VARIABLE, "77"), "76", "77");
        assertEquals(76, new Cli().run(signals, COMMANDS.get(Subcommand.WAL_PUSH)));
        assertEquals(76, new Cli().run(signals, COMMANDS.get(Subcommand.WAL_FETCH)));
        assertEquals(76, new Cli().run(signals, "wal-push", "-h"));
        assertEquals(255, new Cli().run(signals, "wal-fetch"));
        assertEquals(2, new Cli().run(signals, "wal-push"));
        Cli absent = new Cli();
        absent.archive.fetchResult = WalFetchResult.ABSENT;
        assertEquals(77, absent.run(signals, COMMANDS.get(Subcommand.WAL_FETCH)));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "74,74", "255,255", "0,255", "256,255", "-1,255", "x,255", "99999999999999999999,255", "'',255"})
    void failuresOfWalFetchExitAsTheOperatorChose(String value, int code) {
        Cli cli = new Cli();
        cli.environment.put("WALARCHIVE_FETCH_FAILURE_EXIT", value);
        cli.archive.failure = new CorruptArchiveException("m", null, null);
        assertEquals(code, cli.run(COMMANDS.get(Subcommand.WAL_FETCH)));
    }

    @ParameterizedTest
    @CsvSource({
        "wal-fetch,255",
        "wal-fetch x,255",
        "wal-fetch notwal D,255",
        "wal-fetch 000000010000000000000001 D E,255",
        "wal-fetch --restore-spec x,255",
        "wal-fetch -p many 000000010000000000000001 D,255",
        "--bogus wal-fetch 000000010000000000000001 D,255",
        "--prefix,127",
        "--prefix /nowhere wal-fetch 000000010000000000000001 D,255",
        "--bogus wal-push x,2",
        "wal-push,2",
        "--prefix /nowhere wal-push x,2",
        "backup-push,2",
        "delete,2",
        "delete nothing,2",
        "wal-prefetch a b,2",
        "verify x,2",
        "agent,2",
        "wal-fetsch x y,127",
        "--terse,127",
    })
    void commandLinesThatCannotBeUsed(String words, int code) {
        Cli cli = new Cli();
        assertEquals(code, cli.run(words.split(" ")));
        assertEquals(List.of(), cli.archive.calls);
        assertEquals("", cli.out());
        assertTrue(cli.err().startsWith("walarchive.cli ERROR    MSG: "), cli.err());
    }

    @ParameterizedTest
    @EnumSource(
            value = Subcommand.class,
            names = {"WAL_PUSH", "WAL_FETCH", "BACKUP_PUSH", "BACKUP_FETCH", "BACKUP_LIST", "DELETE", "KEEP"})
    void withoutALocation(Subcommand subcommand) {
        Cli cli = new Cli();
        cli.environment.clear();
        assertEquals(subcommand == Subcommand.WAL_FETCH ? 255 : 2, cli.run(COMMANDS.get(subcommand)));
        assertTrue(cli.err().contains("MSG: no storage prefix defined\n"), cli.err());
    }

    @ParameterizedTest
    @EnumSource(ExitCode.class)
    void noCodeOfWalPushEndsTheArchiverAndNoneOfWalFetchEndsRecovery(ExitCode code) {
        ExitSignals signals = ExitSignals.of(Map.of(), null, null);
        for (ProgramName program : ProgramName.values()) {
            int push = code.number(program, Subcommand.WAL_PUSH, signals);
            int fetch = code.number(program, Subcommand.WAL_FETCH, signals);
            assertEquals(code == ExitCode.SUCCESS, push == 0);
            assertTrue(push <= 125 || code == ExitCode.NO_SUBCOMMAND, "wal-push exits with " + push);
            assertTrue(fetch == 255 || code == ExitCode.SUCCESS || code == ExitCode.ABSENT, "wal-fetch with " + fetch);
        }
    }

    /** Scripts that were written for WAL-E ask for 1, and 2 where the command line is wrong. */
    @Test
    void calledAsWalEItHasWalEsCodesButForWalFetch() {
        COMMANDS.forEach((subcommand, words) -> table().forEach((failure, code) -> {
            Cli cli = new Cli(ProgramName.WAL_E);
            cli.archive.failure = failure;
            int expected = subcommand == Subcommand.WAL_FETCH ? 255 : subcommand.isOfWalE() ? 1 : code;
            assertEquals(expected, cli.run(words), subcommand + " " + failure);
        }));
        assertEquals(2, new Cli(ProgramName.WAL_E).run("wal-push"));
        assertEquals(2, new Cli(ProgramName.WAL_E).run("backup-list", "--bogus"));
        assertEquals(1, new Cli(ProgramName.WAL_E).run("backup-list", "bogus"));
        assertEquals(127, new Cli(ProgramName.WAL_E).run("--terse"));
        Cli nowhere = new Cli(ProgramName.WAL_E);
        nowhere.environment.clear();
        assertEquals(1, nowhere.run("backup-list"));
        Cli absent = new Cli(ProgramName.WAL_E);
        absent.archive.fetchResult = WalFetchResult.ABSENT;
        assertEquals(1, absent.run(COMMANDS.get(Subcommand.WAL_FETCH)));
    }
}
