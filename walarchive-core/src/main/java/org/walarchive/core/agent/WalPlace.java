package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.LocalFileException;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.server.WalDirectory;
import org.walarchive.core.spool.Spool;
import org.walarchive.postgres.SystemIdentifier;

/**
 * Where a server's WAL is.
 *
 * @param walDirectory {@code pg_wal}, by the path that leads there through the data directory
 * @param dataDirectory what relative paths of PostgreSQL are relative to
 */
record WalPlace(Path walDirectory, Path dataDirectory) {

    private static final Logger LOG = LoggerFactory.getLogger(WalPlace.class);

    /**
     * Finds it.
     *
     * @param directory a data directory, or a WAL directory
     */
    static WalPlace of(Path directory) throws LocalFileException {
        Path absolute = directory.toAbsolutePath().normalize();
        Optional<Path> within = WalDirectory.in(absolute);
        if (within.isPresent()) {
            return new WalPlace(within.get(), absolute);
        }
        if (Files.isDirectory(absolute.resolve("archive_status"))) {
            Path parent = absolute.getParent();
            return new WalPlace(absolute, parent == null ? absolute : parent);
        }
        throw new LocalFileException(
                "no WAL directory in " + absolute,
                "There is neither pg_wal, pg_xlog nor archive_status in it.",
                "Name the server's data directory or WAL directory. Does the command run as the server's user?");
    }

    Path spool() {
        return walDirectory.resolve(Spool.DIRECTORY);
    }

    Path socket() {
        return spool().resolve("agent.socket");
    }

    Path status() {
        return walDirectory.resolve("archive_status");
    }

    boolean isThere() {
        return Files.isDirectory(walDirectory);
    }

    /** Returns which cluster is there, as far as can be told. */
    Optional<SystemIdentifier> cluster() {
        if (!Files.exists(dataDirectory.resolve(ControlFile.PATH))) {
            return Optional.empty();
        }
        try {
            return Optional.of(ControlFile.read(dataDirectory).systemIdentifier());
        } catch (IOException | LocalFileException e) {
            LOG.debug("the control file in {} cannot be read now", dataDirectory, e);
            return Optional.empty();
        }
    }
}
