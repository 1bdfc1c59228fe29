package org.walarchive.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.PrefetchStarter;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.postgres.WalSegmentName;

/**
 * Starts {@code wal-prefetch} by the launcher, detached: PostgreSQL waits for whoever has its standard error, and sends
 * signals to all of its session.
 *
 * <p>A shell stands between the system and the process and exits with 0, whatever becomes of it. In a container whose first process is
 * PostgreSQL, orphans become PostgreSQL's children, and one that ends with another code than 0 or 1 is taken for a backend that crashed: all
 * sessions are ended ({@code CleanupBackend} in {@code postmaster.c}).
 */
final class PrefetchProcess implements PrefetchStarter {

    /** A trap, unlike an ignored signal, is not inherited: the process itself ends at a signal. */
    static final String GUARD = "trap : HUP INT QUIT TERM; \"$@\"; exit 0";

    private final String launcher;
    private final CommandLine line;
    private final int ahead;
    private final RecordLog log;

    PrefetchProcess(String launcher, CommandLine line, int ahead, RecordLog log) {
        this.launcher = launcher;
        this.line = line;
        this.ahead = ahead;
        this.log = log;
    }

    /** Makes what starts the process; nothing is started where this one does not know by what it was started itself. */
    static PrefetchStarter of(CommandLine line, int ahead, RecordLog log) {
        String launcher = System.getProperty(OwnRestoreCommand.LAUNCHER);
        return launcher == null
                ? (directory, first) -> debug(log, "nothing is prefetched: the launcher is not known")
                : new PrefetchProcess(launcher, line, ahead, log);
    }

    @Override
    public void start(Path walDirectory, WalSegmentName first) {
        List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "walarchive-prefetch"));
        guarded.addAll(command(walDirectory, first));
        try {
            List<String> ownSession = new ArrayList<>(guarded);
            ownSession.add(0, "setsid");
            start(ownSession);
        } catch (IOException e) {
            debug(log, "there is no setsid: " + e.getMessage());
            startHere(guarded);
        }
    }

    private void startHere(List<String> command) {
        try {
            start(command);
        } catch (IOException e) {
            debug(log, "nothing is prefetched: " + e.getMessage());
        }
    }

    /** The directory is one that nobody wants to remove or unmount. */
    private static void start(List<String> command) throws IOException {
        new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Returns the command: with the global options that this process was given, and its environment. */
    List<String> command(Path walDirectory, WalSegmentName first) {
        List<String> words = new ArrayList<>(List.of(launcher));
        for (Map.Entry<Option, String> option : line.options().entrySet()) {
            if (CommandLineParser.GLOBAL.contains(option.getKey())) {
                words.add(word(option.getKey(), option.getValue()));
            }
        }
        words.addAll(List.of(
                Subcommand.WAL_PREFETCH.word(),
                word(Option.PREFETCH, String.valueOf(ahead)),
                "--",
                walDirectory.toString(),
                first.toString()));
        return words;
    }

    private static String word(Option option, @Nullable String value) {
        return option.valueName() == null ? option.word() : option.word() + "=" + value;
    }

    private static void debug(RecordLog log, String message) {
        log.write(Main.record(Severity.DEBUG, message, null, null));
    }
}
