package org.walarchive.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.cli.log.LogRecord;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;

/** The command {@code walarchive}. Standard output is data, standard error is the log. */
public final class Main {

    static final String LOGGER = "walarchive.cli";

    private static final String MEMORY_HINT =
            "Give Java more, by WALARCHIVE_JAVA_OPTS=-Xmx512m for instance. If it is threads that it cannot make: what limits"
                    + " this user's processes?";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;
    private final ArchiveOpener opener;
    private final ExitSignals signals;

    Main(Map<String, String> environment, PrintStream out, PrintStream err, ArchiveOpener opener, ExitSignals signals) {
        this.environment = environment;
        this.out = out;
        this.err = err;
        this.opener = opener;
        this.signals = signals;
    }

    /**
     * Runs one subcommand and ends the virtual machine with its exit code.
     *
     * @param arguments see {@code walarchive help}
     */
    public static void main(String[] arguments) {
        int code = run(arguments);
        System.out.flush();
        if (isOfLauncher(code, "walarchive.exit.success") || isOfLauncher(code, "walarchive.exit.absent")) {
            // All is done and nothing to be undone. An orderly exit looks for a logger in every jar, since Java 21.
            Runtime.getRuntime().halt(code);
        }
        System.exit(code);
    }

    private static boolean isOfLauncher(int code, String property) {
        return Integer.toString(code).equals(System.getProperty(property));
    }

    private static int run(String[] arguments) {
        Map<String, String> environment = System.getenv();
        ExitSignals signals = ExitSignals.of(
                environment,
                System.getProperty("walarchive.exit.success"),
                System.getProperty("walarchive.exit.absent"));
        ArchiveOpener opener =
                NamedServices.opener(System.getProperty("walarchive.engine"), System.getProperty("walarchive.store"));
        return new Main(environment, System.out, System.err, opener, signals).exitNumber(arguments);
    }

    /** Runs a command line and returns the exit code for the operating system. Throws nothing. */
    int exitNumber(String... arguments) {
        Subcommand subcommand = Subcommand.mentionedIn(arguments);
        ExitCode code;
        try {
            CommandLine line = CommandLineParser.parse(arguments);
            subcommand = line.subcommand();
            ProgressOutput progress = ProgressOutput.of(line, environment, err);
            RecordLog log = LogSettings.open(line, environment, progress.errors());
            code = run(new Commands(line, environment, out, log, opener, progress), log);
        } catch (UsageException e) {
            new RecordLog(err, Severity.INFO).write(record(Severity.ERROR, e.getMessage(), null, e.hint()));
            code = subcommand == Subcommand.NONE ? ExitCode.NO_SUBCOMMAND : ExitCode.USAGE;
        } catch (Throwable e) {
            // The virtual machine would exit with 1, which PostgreSQL takes for "no such WAL file", and promotes.
            report(e);
            code = ExitCode.FAILURE;
        }
        return code.number(subcommand, signals);
    }

    private static ExitCode run(Commands commands, RecordLog log) throws UsageException {
        try {
            return commands.run();
        } catch (ArchiveException e) {
            log.write(record(
                    Severity.ERROR,
                    String.valueOf(e.getMessage()),
                    e.detail().orElse(null),
                    e.hint().orElse(null)));
            return ExitCode.of(e);
        } catch (InterruptedException e) {
            log.write(record(Severity.ERROR, "interrupted", null, null));
            return ExitCode.FAILURE;
        }
    }

    private void report(Throwable failure) {
        try {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            boolean memory = failure instanceof OutOfMemoryError;
            new RecordLog(err, Severity.INFO)
                    .write(record(
                            Severity.CRITICAL,
                            memory ? "out of memory" : "an unprocessed exception has avoided all error handling",
                            trace.toString().stripTrailing(),
                            memory ? MEMORY_HINT : null));
        } catch (Throwable e) {
            // Out of memory, probably: the exit code is all that can still be said.
            return;
        }
    }

    static LogRecord record(Severity severity, String message, @Nullable String detail, @Nullable String hint) {
        return new LogRecord(LOGGER, severity, message, detail, hint, Map.of());
    }
}
