package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.postgres.SystemIdentifier;

/**
 * Remembers beside the WAL that a cluster has an archive: the archive names its cluster, and was read by a push from here. If it names none later, it was
 * emptied, or is another: a file system that is not mounted, a bucket that was made anew. What is pushed there then nobody finds again.
 *
 * <p>It is a file {@code .walarchive/begun/NUMBER} with the archive's address in the first line and the cluster in the second. Where it cannot be written,
 * or the files do not lie in a server's directory of WAL, nothing is remembered. May be used by many threads and processes at once.
 */
public final class BegunArchive {

    private static final Logger LOG = LoggerFactory.getLogger(BegunArchive.class);

    private final Optional<Path> file;
    private final String address;

    private BegunArchive(Optional<Path> file, String address) {
        this.file = file;
        this.address = address;
    }

    /** Remembers nothing. */
    public static BegunArchive forgetful() {
        return new BegunArchive(Optional.empty(), "");
    }

    /**
     * What a directory of WAL remembers of an archive.
     *
     * @param address of {@link ArchiveAddress}; without, nothing is remembered
     */
    public static BegunArchive beside(Path walDirectory, Optional<String> address) {
        if (address.isEmpty() || !Files.isDirectory(walDirectory.resolve("archive_status"))) {
            return forgetful();
        }
        CRC32 number = new CRC32();
        number.update(address.get().getBytes(StandardCharsets.UTF_8));
        Path directory = walDirectory.resolve(Spool.DIRECTORY).resolve("begun");
        return new BegunArchive(Optional.of(directory.resolve(Long.toHexString(number.getValue()))), address.get());
    }

    /** Returns the file that remembers this cluster's archive, if it was begun. */
    public Optional<Path> of(SystemIdentifier cluster) {
        return file.filter(path -> isOf(path, cluster));
    }

    private boolean isOf(Path path, SystemIdentifier cluster) {
        try {
            return Files.readString(path).equals(content(cluster));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            LOG.debug("{} cannot be read: {}", path, e.toString());
            return false;
        }
    }

    private String content(SystemIdentifier cluster) {
        return address + "\n" + cluster + "\n";
    }

    /** Remembers that the archive names this cluster. */
    public void note(SystemIdentifier cluster) {
        file.ifPresent(path -> {
            try {
                if (!isOf(path, cluster)) {
                    Spool.write(path, content(cluster).getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                LOG.debug("{} cannot be written: {}", path, e.toString());
            }
        });
    }
}
