package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where progress is shown, and what stands there besides.
 *
 * @param errors what else is said on standard error has to be written to it
 * @param view how progress is shown; empty for not at all
 */
record ProgressOutput(PrintStream errors, Optional<ProgressView> view) {

    /** Reads {@code --progress}. */
    static ProgressOutput of(CommandLine line, Map<String, String> environment, PrintStream err) throws UsageException {
        String mode = line.subcommand().options().contains(Option.PROGRESS)
                ? Optional.ofNullable(line.value(Option.PROGRESS)).orElse("auto")
                : "none";
        return switch (mode) {
            case "auto" -> onTerminal(Terminal.columns(environment), err);
            case "json" -> new ProgressOutput(err, Optional.of(new ProgressView.Lines(err)));
            case "none" -> new ProgressOutput(err, Optional.empty());
            default ->
                throw new UsageException(
                        "--progress: \"" + mode + "\" is none of auto, json, none", Usage.hint(line.subcommand()));
        };
    }

    private static ProgressOutput onTerminal(OptionalInt columns, PrintStream err) {
        if (columns.isEmpty()) {
            return new ProgressOutput(err, Optional.empty());
        }
        StatusLine line = new StatusLine(err);
        return new ProgressOutput(
                new PrintStream(line, true, StandardCharsets.UTF_8),
                Optional.of(new ProgressView.Bar(line, columns.getAsInt())));
    }

    /** Begins to show progress. */
    ProgressDisplay begin() {
        return ProgressDisplay.begin(view);
    }
}
