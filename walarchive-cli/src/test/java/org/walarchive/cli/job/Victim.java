package org.walarchive.cli.job;

import java.nio.file.Path;

/** The commands that have to withstand what the kernel refuses. */
enum Victim {
    WAL_PUSH,
    WAL_FETCH,
    WAL_PREFETCH,
    BACKUP_PUSH,
    BACKUP_FETCH,
    DELETE,
    VERIFY;

    /**
     * Makes the command.
     *
     * @param ground what it touches lies below
     * @param cluster the data directory of a server that is stopped
     */
    FaultedCommand on(CliProcess cli, Path ground, Path cluster) {
        return switch (this) {
            case WAL_PUSH -> new FaultedWal.Push(cli, ground);
            case WAL_FETCH -> new FaultedWal.Fetch(cli, ground);
            case WAL_PREFETCH -> new FaultedWal.Prefetch(cli, ground);
            case BACKUP_PUSH -> new FaultedBackup.Push(cli, ground, cluster);
            case BACKUP_FETCH -> new FaultedBackup.Fetch(cli, ground, cluster);
            case DELETE -> new FaultedBackup.Delete(cli, ground, cluster);
            case VERIFY -> new FaultedBackup.Verify(cli, ground, cluster);
        };
    }
}
