package org.walarchive.cli;

import org.walarchive.ArchiveException;
import org.walarchive.BackupNotFoundException;
import org.walarchive.ConfigurationException;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.LocalFileException;
import org.walarchive.ServerException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalNotArchivedException;

/** How a run ended: the only place exit codes come from. {@code docs/exit-codes.md} is its table. */
enum ExitCode {
    /** Done, and durable. */
    SUCCESS(0),
    /** {@code wal-fetch} only: the archive was read and has no such file. */
    ABSENT(1),
    /** A failure without a code of its own. */
    FAILURE(1),
    /** The command line is wrong. */
    USAGE(2),
    /** The settings are wrong, or ask for what is not available. */
    CONFIGURATION(2),
    /** The archive has other content under the name, or belongs to another cluster. */
    CONFLICT(3),
    /** The store could not be read or written. */
    STORE(4),
    /** Something in the archive is damaged or incomplete. */
    CORRUPT(5),
    /** There is no such base backup. */
    NO_BACKUP(6),
    /** A local file or directory cannot be read or written, or is not fit for its use. */
    LOCAL_FILE(7),
    /** The PostgreSQL server cannot be reached, or refuses. */
    SERVER(8),
    /** A WAL segment that a base backup needs did not reach the archive. */
    WAL_MISSING(9),
    /** A file offered for archiving is not the WAL file that its name says. */
    INVALID_WAL(10),
    /** {@code check} only: something is not archived, or could not be restored. */
    CHECK_FAILED(2),
    /** {@code verify}, {@code check} and {@code agent --status} only: it works, as far as can be told, and a person should look all the same. */
    WARNINGS(20),
    /** {@code agent --status} only: no agent runs. */
    NO_AGENT(21),
    /** No known subcommand. Above 125, since it may stand in a {@code restore_command}. */
    NO_SUBCOMMAND(127);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    static ExitCode of(ArchiveException failure) {
        // The family is sealed; a pattern switch over it is a preview feature of Java 17.
        if (failure instanceof ConfigurationException) {
            return CONFIGURATION;
        } else if (failure instanceof ConflictException) {
            return CONFLICT;
        } else if (failure instanceof StoreAccessException) {
            return STORE;
        } else if (failure instanceof CorruptArchiveException) {
            return CORRUPT;
        } else if (failure instanceof BackupNotFoundException) {
            return NO_BACKUP;
        } else if (failure instanceof LocalFileException) {
            return LOCAL_FILE;
        } else if (failure instanceof ServerException) {
            return SERVER;
        } else if (failure instanceof WalNotArchivedException) {
            return WAL_MISSING;
        } else if (failure instanceof InvalidWalFileException) {
            return INVALID_WAL;
        }
        return FAILURE;
    }

    /**
     * Returns the number for the operating system.
     *
     * @param program how it was called
     * @param subcommand what was run
     * @param signals what the caller wants to be told instead of 0 and 1, and of failures of {@code wal-fetch}
     */
    int number(ProgramName program, Subcommand subcommand, ExitSignals signals) {
        if (this == SUCCESS) {
            return signals.success();
        } else if (subcommand == Subcommand.CHECK) {
            return nagios();
        } else if (subcommand != Subcommand.WAL_FETCH) {
            return program == ProgramName.WAL_E && subcommand.isOfWalE() ? ofWalE() : number;
        }
        // PostgreSQL takes 1 to 125 for "no such file": the end of WAL, where it promotes.
        return this == ABSENT ? signals.absent() : signals.fetchFailure();
    }

    /** WAL-E has 1 for every failure, and 2 for a command line that is wrong. */
    private int ofWalE() {
        return this == USAGE ? number : 1;
    }

    /** Nagios knows 1 for a warning, 2 for what is critical, and 3 for a check that could not be made. */
    private int nagios() {
        return switch (this) {
            case WARNINGS -> 1;
            case CHECK_FAILED -> 2;
            default -> 3;
        };
    }
}
