package org.walarchive.core.prefetch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the server around a WAL directory does, as far as its files tell. */
enum ServerState {
    /** It runs, and recovers from an archive. */
    RECOVERING,
    /** It does not run, has ended its recovery, or its directory is gone. */
    OVER,
    /** The WAL directory is not, by the path it was given, in a data directory. */
    UNKNOWN;

    /**
     * Looks at the data directory. PostgreSQL removes the file that asks for recovery when recovery ends ({@code xlogrecovery.c}), up to 11
     * it renames {@code recovery.conf}.
     */
    static ServerState around(Path walDirectory) {
        Path data = walDirectory.toAbsolutePath().getParent();
        if (!Files.isDirectory(walDirectory)) {
            return OVER;
        } else if (data == null || !Files.isRegularFile(data.resolve("global/pg_control"))) {
            return UNKNOWN;
        }
        boolean asked = Stream.of("recovery.signal", "standby.signal", "recovery.conf")
                .anyMatch(name -> Files.exists(data.resolve(name)));
        return asked && Files.exists(data.resolve("postmaster.pid")) ? RECOVERING : OVER;
    }
}
