package org.walarchive.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Runs the command line in this process, over a {@link FakeArchive}. */
final class Cli {

    final FakeArchive archive = new FakeArchive();
    final Map<String, String> environment = new HashMap<>(Map.of("WALE_FILE_PREFIX", "file://localhost/srv/a"));
    private final ProgramName program;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    Cli() {
        this(ProgramName.WALARCHIVE);
    }

    Cli(ProgramName program) {
        this.program = program;
    }

    int run(String... arguments) {
        return run(ExitSignals.of(environment, null, null), arguments);
    }

    int run(ExitSignals signals, String... arguments) {
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Main(program, environment, outStream, errStream, archive::open, signals).exitNumber(arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
