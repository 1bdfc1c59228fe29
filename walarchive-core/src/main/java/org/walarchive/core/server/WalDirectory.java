package org.walarchive.core.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a data directory has its WAL: the name changed in PostgreSQL 10. */
public final class WalDirectory {

    private WalDirectory() {}

    /** Returns the directory, or a link to it; empty if there is none. */
    public static Optional<Path> in(Path dataDirectory) {
        return Stream.of("pg_wal", "pg_xlog")
                .map(dataDirectory::resolve)
                .filter(Files::isDirectory)
                .findFirst();
    }
}
