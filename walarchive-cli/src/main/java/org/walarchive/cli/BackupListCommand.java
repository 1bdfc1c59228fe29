package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupName;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.RestoreRequest;
import org.walarchive.WalArchive;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.internal.Similar;

/** The subcommand {@code backup-list}. */
final class BackupListCommand {

    /** The forms of the list. */
    enum Format {
        /** WAL-E's, byte for byte. */
        TSV,
        /** For people. */
        TABLE,
        JSON
    }

    private final Format format;
    private final boolean detail;
    private final Optional<String> query;
    private final PrintStream out;
    private final RecordLog log;
    private final String scheme;

    /**
     * Makes the command.
     *
     * @param scheme the store's scheme: it decides the form of times in WAL-E's table
     */
    BackupListCommand(CommandLine line, String scheme, PrintStream out, RecordLog log) throws UsageException {
        this.format = format(line);
        this.detail = line.has(Option.DETAIL);
        this.query = line.operands().stream().findFirst();
        this.out = out;
        this.log = log;
        this.scheme = scheme;
    }

    /** Scripts, which have any output but a terminal, get WAL-E's form unless they ask for another. */
    private static Format format(CommandLine line) throws UsageException {
        String word = line.value(Option.FORMAT);
        if (line.has(Option.JSON)) {
            if (word != null) {
                throw new UsageException("--json and --format exclude each other", Usage.hint(Subcommand.BACKUP_LIST));
            }
            return Format.JSON;
        }
        if (word == null) {
            return Terminal.isOutput() ? Format.TABLE : Format.TSV;
        }
        return switch (word) {
            case "tsv" -> Format.TSV;
            case "table" -> Format.TABLE;
            case "json" -> Format.JSON;
            default ->
                throw new UsageException(
                        "--format: \"" + word + "\" is none of tsv, table, json", Usage.hint(Subcommand.BACKUP_LIST));
        };
    }

    ExitCode run(WalArchive archive) throws ArchiveException, InterruptedException {
        BackupTable table = new BackupTable(out, scheme);
        if (format == Format.TSV) {
            table.printHeader(); // before anything can fail, as WAL-E does
        }
        if (query.isPresent() && !isQuery(query.get())) {
            log.write(Main.record(
                    Severity.ERROR,
                    "invalid backup query submitted",
                    "The submitted query operator was \"" + query.get() + ".\"",
                    Similar.to(query.get().toUpperCase(Locale.ROOT), Stream.of(RestoreRequest.LATEST))
                            .map(word -> "Did you mean " + word + "?")
                            .orElse(null)));
            return ExitCode.FAILURE;
        }
        List<Backup> backups = query.isPresent()
                ? archive.backups().list(query.get(), detail())
                : archive.backups().list(detail());
        switch (format) {
            case TSV -> table.printRows(backups);
            case TABLE -> print(new BackupOverview(Clock.systemUTC()).of(backups));
            case JSON -> print(BackupJson.of(backups));
        }
        return ExitCode.SUCCESS;
    }

    private static boolean isQuery(String text) {
        return text.equals(RestoreRequest.LATEST) || BackupName.isPrefix(text);
    }

    private ListDetail detail() {
        if (format != Format.TSV) {
            return ListDetail.OBJECTS;
        }
        return detail ? ListDetail.SENTINELS : ListDetail.NAMES;
    }

    private void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
    }
}
