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

    private final ProgramName program;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;
    private final ArchiveOpener opener;
    private final ExitSignals signals;

    Main(Map<String, String> environment, PrintStream out, PrintStream err, ArchiveOpener opener, ExitSignals signals) {
        this(ProgramName.WALARCHIVE, environment, out, err, opener, signals);
    }

    Main(
            ProgramName program,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            ArchiveOpener opener,
            ExitSignals signals) {
        this.program = program;
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
        return new Main(ProgramName.ofLauncher(), environment, System.out, System.err, opener, signals)
                .exitNumber(arguments);
    }

    /** Runs a command line and returns the exit code for the operating system. Throws nothing. */
    int exitNumber(String... arguments) {
        Subcommand subcommand = Subcommand.mentionedIn(arguments);
        RecordLog log = new RecordLog(err, Severity.INFO);
        ExitCode code;
        try {
            log = LogSettings.ofWords(arguments, program, environment, err);
            CommandLine line = CommandLineParser.parse(arguments);
            subcommand = line.subcommand();
            ProgressOutput progress = ProgressOutput.of(line, environment, err);
            log = LogSettings.open(line, program, environment, progress.errors());
            code = run(new Commands(program, line, environment, out, log, opener, progress), log);
        } catch (UsageException e) {
            String hint = e.hint();
            log.write(record(Severity.ERROR, e.getMessage(), null, hint == null ? null : program.inCommandsOf(hint)));
            code = subcommand == Subcommand.NONE ? ExitCode.NO_SUBCOMMAND : ExitCode.USAGE;
        } catch (Throwable e) {
            // The virtual machine would exit with 1, which PostgreSQL takes for "no such WAL file", and promotes.
            report(e, log);
            code = ExitCode.FAILURE;
        }
        close(log);
        return code.number(program, subcommand, signals);
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

    private static void close(RecordLog log) {
        try {
            log.close();
        } catch (Throwable e) {
            // The work is done, or not, whether or not the log says so.
            return;
        }
    }

    private static void report(Throwable failure, RecordLog log) {
        try {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            boolean memory = failure instanceof OutOfMemoryError;
            log.write(new LogRecord(
                    LOGGER,
                    Severity.CRITICAL,
                    memory ? "out of memory" : "an unprocessed exception has avoided all error handling",
                    null,
                    memory ? MEMORY_HINT : null,
                    Map.of(),
                    trace.toString().stripTrailing()));
        } catch (Throwable e) {
            // Out of memory, probably: the exit code is all that can still be said.
            return;
        }
    }

    static LogRecord record(Severity severity, String message, @Nullable String detail, @Nullable String hint) {
        return new LogRecord(LOGGER, severity, message, detail, hint, Map.of());
    }
}
