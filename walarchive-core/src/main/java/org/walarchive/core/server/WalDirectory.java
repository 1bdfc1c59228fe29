package org.walarchive.core.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a data directory has its WAL: the name changed in PostgreSQL 10. */
public final class WalDirectory {

    private static final int FIRST_WITH_PG_WAL = 100_000;

    private WalDirectory() {}

    /**
     * Returns its name.
     *
     * @param versionNumber the server's {@code server_version_num}
     */
    public static String name(int versionNumber) {
        return versionNumber >= FIRST_WITH_PG_WAL ? "pg_wal" : "pg_xlog";
    }

    /** Returns the directory, or a link to it; empty if there is none. */
    public static Optional<Path> in(Path dataDirectory) {
        return Stream.of("pg_wal", "pg_xlog")
                .map(dataDirectory::resolve)
                .filter(Files::isDirectory)
                .findFirst();
    }
}
