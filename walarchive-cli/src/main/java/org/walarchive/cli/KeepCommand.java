package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.RetentionService;

/** The subcommand {@code keep}: marks a base backup, takes the mark away, or prints the names that are marked. */
final class KeepCommand {

    private final Optional<BackupName> backup;
    private final Action action;

    private enum Action {
        KEEP,
        RELEASE,
        PRINT
    }

    private KeepCommand(Optional<BackupName> backup, Action action) {
        this.backup = backup;
        this.action = action;
    }

    static KeepCommand of(CommandLine line) throws UsageException {
        if (line.operands().isEmpty()) {
            if (line.has(Option.RELEASE)) {
                throw new UsageException("--release needs NAME", Usage.hint(Subcommand.KEEP));
            }
            return new KeepCommand(Optional.empty(), Action.PRINT);
        }
        String name = line.operands().get(0);
        if (!BackupName.isValid(name)) {
            throw new UsageException(
                    "\"" + name + "\" is not the name of a base backup", "backup-list shows the backups there are.");
        }
        return new KeepCommand(
                Optional.of(BackupName.parse(name)), line.has(Option.RELEASE) ? Action.RELEASE : Action.KEEP);
    }

    void run(RetentionService retention, PrintStream out) throws ArchiveException, InterruptedException {
        switch (action) {
            case KEEP -> retention.keep(backup.orElseThrow());
            case RELEASE -> retention.release(backup.orElseThrow());
            case PRINT -> {
                for (BackupName name : retention.kept()) {
                    byte[] bytes = (name + "\n").getBytes(StandardCharsets.US_ASCII);
                    out.write(bytes, 0, bytes.length);
                }
            }
        }
    }
}
