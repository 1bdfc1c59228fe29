package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.walarchive.ArchiveException;
import org.walarchive.ServerConnection;
import org.walarchive.WalArchive;
import org.walarchive.check.CheckReport;
import org.walarchive.check.CheckRequest;

/** The subcommand {@code check}. */
final class CheckCommand {

    private final CheckRequest request;
    private final boolean json;
    private final PrintStream out;

    CheckCommand(CommandLine line, ServerConnection server, PrintStream out) throws UsageException {
        this.request = request(line, server);
        this.json = line.has(Option.JSON);
        this.out = out;
    }

    private static CheckRequest request(CommandLine line, ServerConnection server) throws UsageException {
        CheckRequest.Builder request = CheckRequest.builder().server(server);
        if (!line.operands().isEmpty()) {
            String text = line.operands().get(0);
            try {
                request.dataDirectory(Path.of(text));
            } catch (InvalidPathException e) {
                throw usage("\"" + text + "\" is not a path: " + e.getReason());
            }
        }
        if (line.has(Option.NO_SWITCH)) {
            request.roundTrip(CheckRequest.RoundTrip.NONE);
        }
        if (line.has(Option.TIMEOUT)) {
            int seconds = line.number(Option.TIMEOUT, 0);
            if (seconds < 1) {
                throw usage("--timeout: " + seconds + " is less than 1");
            }
            request.archiveTimeout(Duration.ofSeconds(seconds));
        }
        String age = line.value(Option.MAX_BACKUP_AGE);
        if (age != null) {
            request.maxBackupAge(Age.parse(age)
                    .orElseThrow(() -> usage("--max-backup-age: \"" + age + "\" is no age such as 36h, 8d or 2w")));
        }
        return request.build();
    }

    private static UsageException usage(String message) {
        return new UsageException(message, Usage.hint(Subcommand.CHECK));
    }

    ExitCode run(WalArchive archive) throws ArchiveException, InterruptedException {
        CheckReport report = archive.checks().run(request);
        byte[] text = (json ? CheckJson.of(report) : CheckTable.of(report)).getBytes(StandardCharsets.UTF_8);
        out.write(text, 0, text.length);
        return switch (report.worst()) {
            case OK, SKIPPED -> ExitCode.SUCCESS;
            case WARN -> ExitCode.WARNINGS;
            case FAIL -> ExitCode.CHECK_FAILED;
        };
    }
}
