package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.postgres.WalFileName;

/**
 * Segments that were refused, because the archive has another server's of that name: an empty file {@code .walarchive/refused/NAME} for each. PostgreSQL
 * asks for them again, and for nothing behind them; nor may anything behind them be archived ahead, among what is the other's.
 */
public final class RefusedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedFiles.class);

    private final ReadyFiles ready;
    private final Path directory;

    /** Of the directory of WAL, {@code pg_wal}. Nothing is made yet. */
    public RefusedFiles(Path walDirectory) {
        this.ready = new ReadyFiles(walDirectory);
        this.directory = walDirectory.resolve(Spool.DIRECTORY).resolve("refused");
    }

    /** Remembers a segment. What cannot be remembered is refused again, and once more. */
    public void note(WalFileName name) {
        try {
            Spool.makeDirectory(directory.resolveSibling(""));
            Spool.makeDirectory(directory);
            Files.createFile(directory.resolve(name.text()), Spool.OWNER_FILE);
        } catch (FileAlreadyExistsException e) {
            LOG.trace("{} was refused before", name);
        } catch (IOException e) {
            LOG.debug("that {} was refused could not be noted: {}", name, e.toString());
        }
    }

    /** The segment is in the archive now. */
    public void remove(WalFileName name) {
        try {
            Files.deleteIfExists(directory.resolve(name.text()));
        } catch (IOException e) {
            LOG.debug("{} is still listed as refused: {}", name, e.toString());
        }
    }

    /** Returns those that still wait; others are forgotten. */
    public List<WalFileName> list() {
        try {
            List<WalFileName> names = Spool.names(directory);
            List<WalFileName> waiting =
                    names.stream().filter(name -> ready.contains(name.text())).toList();
            names.removeAll(waiting);
            names.forEach(this::remove);
            return waiting;
        } catch (IOException e) {
            LOG.debug("what was refused cannot be listed: {}", e.toString());
            return List.of();
        }
    }
}
