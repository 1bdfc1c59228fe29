package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
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
    private final Colours colours;

    CheckCommand(CommandLine line, ServerConnection server, Optional<Path> directory, PrintStream out, Colours colours)
            throws UsageException {
        this.request = request(line, server, directory);
        this.json = line.has(Option.JSON);
        this.out = out;
        this.colours = colours;
    }

    private static CheckRequest request(CommandLine line, ServerConnection server, Optional<Path> directory)
            throws UsageException {
        CheckRequest.Builder request = CheckRequest.builder().server(server);
        directory.ifPresent(request::dataDirectory);
        if (line.has(Option.NO_SWITCH)) {
            request.roundTrip(CheckRequest.RoundTrip.NONE);
        }
        if (line.has(Option.TIMEOUT)) {
            request.archiveTimeout(line.seconds(Option.TIMEOUT));
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
        byte[] text = (json ? CheckJson.of(report) : CheckTable.of(report, colours)).getBytes(StandardCharsets.UTF_8);
        out.write(text, 0, text.length);
        return switch (report.worst()) {
            case OK, SKIPPED -> ExitCode.SUCCESS;
            case WARN -> ExitCode.WARNINGS;
            case FAIL -> ExitCode.CHECK_FAILED;
        };
    }
}
