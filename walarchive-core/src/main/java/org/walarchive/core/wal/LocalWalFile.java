package org.walarchive.core.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.InvalidWalFileException;
import org.walarchive.LocalFileException;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.spool.FileIdentity;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;

/**
 * A WAL file on disk that was found to be what its name says.
 *
 * @param path where it lies
 * @param name its name
 * @param lengthBytes its length when it was checked
 * @param systemIdentifier the cluster, where the file tells
 * @param identity which file it was, where that can be told
 */
record LocalWalFile(
        Path path,
        WalFileName name,
        long lengthBytes,
        Optional<SystemIdentifier> systemIdentifier,
        Optional<FileIdentity> identity) {

    private static final Logger LOG = LoggerFactory.getLogger(LocalWalFile.class);

    /** Checks a file that is to be archived. */
    static LocalWalFile check(Path path, WalFileName name) throws ArchiveException {
        try {
            if (!Files.isRegularFile(path)) {
                if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new LocalFileException(
                            path + " is not a regular file",
                            "WAL files are regular files; a directory, a link to one, a FIFO or a device is none.",
                            "Does archive_command pass %p?");
                }
                throw new NoSuchFileException(path.toString());
            }
            Optional<FileIdentity> identity = identity(path);
            long length = Files.size(path);
            byte[] head;
            try (InputStream stream = Files.newInputStream(path)) {
                head = stream.readNBytes(WalPageHeader.LENGTH);
            }
            return new LocalWalFile(path, name, length, WalContentCheck.check(name, head, length), identity);
        } catch (WalContentCheck.Mismatch e) {
            throw new InvalidWalFileException(
                    "file " + path + " is not the WAL file that its name says",
                    e.getMessage(),
                    "Nothing was archived. Is the file damaged, or was something else put under this name?",
                    e);
        } catch (NoSuchFileException e) {
            throw WalPush.missing(path, e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Returns the control file of the data directory in whose {@code pg_wal} the file lies. */
    Optional<ControlFile> controlFileAround() {
        Path directory = path.getParent();
        Path data = directory == null ? null : directory.getParent();
        Path root = data == null ? Path.of("") : data;
        if (directory == null || !Files.isRegularFile(root.resolve("global/pg_control"))) {
            LOG.debug("no data directory around {}", path);
            return Optional.empty();
        }
        try {
            return Optional.of(ControlFile.read(root));
        } catch (ArchiveException | IOException e) {
            LOG.warn("the control file of the data directory of {} cannot be read: {}", path, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Returns the secret of the file's cluster.
     *
     * @return empty if there is no control file around it that has one
     */
    Optional<byte[]> clusterSecret() {
        return controlFileAround()
                .filter(control ->
                        systemIdentifier.isEmpty() || systemIdentifier.get().equals(control.systemIdentifier()))
                .flatMap(ControlFile::clusterSecret);
    }

    private static Optional<FileIdentity> identity(Path path) throws NoSuchFileException {
        try {
            return Optional.of(FileIdentity.of(path));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("which file {} is cannot be told: {}", path, e.toString());
            return Optional.empty();
        }
    }

    /**
     * Opens the file; the stream fails if it has another length than was checked, and at its end if it is not the file that was checked any more.
     */
    InputStream open() throws IOException {
        return new ExactLengthStream(Files.newInputStream(path), lengthBytes, this::requireSame);
    }

    /**
     * PostgreSQL gives a file that it takes for archived another name and writes into it. It may take it for archived while it is read: by a process that
     * was left over, or because another one has dropped it.
     */
    private void requireSame() throws IOException {
        if (identity.isPresent() && !FileIdentity.of(path).isSameContent(identity.get())) {
            throw new IOException("file " + path + " was changed or replaced while it was read");
        }
    }

    static LocalFileException unreadable(Path path, IOException e) {
        return new LocalFileException(
                "file " + path + " cannot be read",
                e.toString(),
                "Does the command run as the user that owns the data directory?",
                e);
    }
}
