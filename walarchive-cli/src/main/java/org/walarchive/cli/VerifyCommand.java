package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.RestoreRequest;
import org.walarchive.WalArchive;
import org.walarchive.internal.Similar;
import org.walarchive.postgres.TimelineId;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** The subcommand {@code verify}. */
final class VerifyCommand {

    private final VerifyRequest request;
    private final boolean json;
    private final Optional<Path> page;
    private final PrintStream out;
    private final ProgressOutput progress;
    private final Colours colours;

    VerifyCommand(CommandLine line, PrintStream out, ProgressOutput progress, Colours colours) throws UsageException {
        this.request = request(line);
        this.json = line.has(Option.JSON);
        this.page = page(line);
        this.out = out;
        this.progress = progress;
        this.colours = colours;
    }

    private static VerifyRequest request(CommandLine line) throws UsageException {
        VerifyRequest request =
                VerifyRequest.of(line.has(Option.DEEP) ? VerifyRequest.Depth.DEEP : VerifyRequest.Depth.SHALLOW);
        if (!line.operands().isEmpty()) {
            String backup = line.operands().get(0);
            if (!backup.equals(RestoreRequest.LATEST) && !BackupName.isValid(backup)) {
                throw new UsageException(
                        "\"" + backup + "\" is neither the name of a base backup nor LATEST",
                        Similar.to(backup.toUpperCase(Locale.ROOT), Stream.of(RestoreRequest.LATEST))
                                        .map(word -> "Did you mean " + word + "? ")
                                        .orElse("")
                                + Usage.hint(Subcommand.VERIFY));
            }
            request = request.ofBackup(backup);
        }
        if (line.has(Option.TIMELINE)) {
            int timeline = line.number(Option.TIMELINE, 1);
            if (timeline < 1) {
                throw usage("--timeline: " + timeline + " is less than 1");
            }
            request = request.onTimeline(new TimelineId(timeline));
        }
        return request;
    }

    private static Optional<Path> page(CommandLine line) throws UsageException {
        String text = line.value(Option.HTML);
        try {
            return Optional.ofNullable(text).map(Path::of);
        } catch (InvalidPathException e) {
            throw usage("--html: \"" + text + "\" is not a path: " + e.getReason());
        }
    }

    private static UsageException usage(String message) {
        return new UsageException(message, Usage.hint(Subcommand.VERIFY));
    }

    private VerificationReport verify(WalArchive archive) throws ArchiveException, InterruptedException {
        try (ProgressDisplay display = progress.begin()) {
            return archive.verification()
                    .verify(display.listener().map(request::progress).orElse(request));
        }
    }

    ExitCode run(WalArchive archive) throws ArchiveException, InterruptedException {
        VerificationReport report = verify(archive);
        if (page.isPresent()) {
            PageFile.write(page.get(), VerifyPage.of(report));
        }
        byte[] text = (json ? VerifyJson.of(report) : VerifyTable.of(report, colours)).getBytes(StandardCharsets.UTF_8);
        out.write(text, 0, text.length);
        if (!report.isHealthy()) {
            return ExitCode.CORRUPT;
        }
        return report.counts().warnings() > 0 ? ExitCode.WARNINGS : ExitCode.SUCCESS;
    }
}
