package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.postgres.WalFileName;

/**
 * Histories of timelines that PostgreSQL takes for archived and that are yet to be: an empty file {@code .walarchive/postponed/NAME} for each.
 * PostgreSQL never removes a history from {@code pg_wal}, so that there is something to archive later.
 */
public final class PostponedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(PostponedFiles.class);

    private final Path walDirectory;
    private final Path directory;
    private final DroppedFiles dropped;

    /** Of the directory of WAL, {@code pg_wal}. Nothing is made yet. */
    public PostponedFiles(Path walDirectory) {
        this.walDirectory = walDirectory;
        this.directory = walDirectory.resolve(Spool.DIRECTORY).resolve("postponed");
        this.dropped = new DroppedFiles(walDirectory);
    }

    /** Remembers a file. When it returns, that is durable: PostgreSQL will not ask for the file again. */
    public void add(WalFileName name) throws IOException {
        Spool.makeDirectory(directory.resolveSibling(""));
        Spool.makeDirectory(directory);
        try {
            Files.createFile(directory.resolve(name.text()), Spool.OWNER_FILE);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("{} was postponed before", name);
        }
        Spool.sync(directory);
        Spool.sync(directory.resolveSibling(""));
        Spool.sync(walDirectory);
    }

    /** The file is durable in the archive. */
    public void remove(WalFileName name) {
        try {
            Files.deleteIfExists(directory.resolve(name.text()));
        } catch (IOException e) {
            LOG.debug("{} is still listed as postponed, and will be compared again: {}", name, e.toString());
        }
    }

    /** Tells whether a file is postponed. */
    public boolean contains(WalFileName name) {
        return Files.exists(directory.resolve(name.text()));
    }

    /**
     * Counts the files, and changes nothing.
     *
     * @throws IOException if they cannot be listed
     */
    public int count() throws IOException {
        return Spool.names(directory).size();
    }

    /**
     * Returns the files, the oldest timeline first. One that is not in the directory of WAL any more is noted as dropped and forgotten: nobody can archive
     * it. One that merely cannot be looked at stays.
     *
     * @throws IOException if they cannot be listed
     */
    public List<WalFileName> list() throws IOException {
        List<WalFileName> names = Spool.names(directory);
        // True only where the answer is that there is none: not after an error of the disk.
        List<WalFileName> gone = names.stream()
                .filter(name -> Files.notExists(walDirectory.resolve(name.text())))
                .toList();
        gone.forEach(this::forget);
        names.removeAll(gone);
        names.sort(ReadyFiles.ORDER);
        return names;
    }

    private void forget(WalFileName name) {
        LOG.error("{} was to be archived later, and is gone from {}", name, walDirectory);
        try {
            dropped.note(name, Instant.now());
            remove(name);
        } catch (IOException e) {
            LOG.warn("that {} is gone could not be noted: {}", name, e.toString());
        }
    }
}
