package org.walarchive.cli;

import java.nio.file.Path;
import java.util.Map;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;
import org.walarchive.WalFetchResult;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;

/** {@code wal-fetch}, and {@code wal-prefetch}, which it starts as a process of its own. */
final class WalFetchCommand {

    /** WAL-E's. */
    static final int DEFAULT_AHEAD = 8;

    static final String VARIABLE = "WALARCHIVE_PREFETCH";

    private WalFetchCommand() {}

    /** Fetches a file, and sees to it that the next ones are fetched too. */
    static ExitCode fetch(WalArchive archive, WalFileName name, Path target, int ahead, CommandLine line, RecordLog log)
            throws ArchiveException, InterruptedException {
        WalFetchResult result = ahead == 0
                ? archive.wal().fetch(name, target)
                : archive.wal().fetch(name, target, PrefetchProcess.of(line, ahead, log));
        return result == WalFetchResult.ABSENT ? ExitCode.ABSENT : ExitCode.SUCCESS;
    }

    /** Recognises the name of a file that a server may ask for. */
    static WalFileName name(CommandLine line) throws UsageException {
        String text = line.operands().get(0);
        return WalFileName.recognise(text)
                .orElseThrow(() -> new UsageException(
                        "\"" + text + "\" is not the name of a WAL file",
                        "PostgreSQL asks for WAL files only: set restore_command = 'walarchive wal-fetch %f %p'."));
    }

    /** Recognises the name of a segment that is to be prefetched. */
    static WalSegmentName segment(CommandLine line) throws UsageException {
        String text = line.operands().get(1);
        if (!WalSegmentName.isValid(text)) {
            throw new UsageException(
                    "\"" + text + "\" is not the name of a WAL segment", Usage.hint(Subcommand.WAL_PREFETCH));
        }
        return WalSegmentName.parse(text);
    }

    /** Returns how many segments are prefetched: the option, else the variable, else WAL-E's default. */
    static int ahead(CommandLine line, Map<String, String> environment) throws UsageException {
        String text = environment.getOrDefault(VARIABLE, "");
        int ahead = DEFAULT_AHEAD;
        if (line.has(Option.PREFETCH)) {
            ahead = line.number(Option.PREFETCH, DEFAULT_AHEAD);
        } else if (!text.isEmpty()) {
            try {
                ahead = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new UsageException(
                        VARIABLE + " cannot be read: \"" + text + "\" is not a number",
                        "Correct or unset " + VARIABLE + ".");
            }
        }
        return Math.max(0, ahead);
    }
}
