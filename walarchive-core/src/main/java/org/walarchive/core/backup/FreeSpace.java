package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.BackupName;

/** What is free on the file system of a directory. */
final class FreeSpace {

    private static final Logger LOG = LoggerFactory.getLogger(FreeSpace.class);

    private FreeSpace() {}

    /**
     * Returns how many bytes this user may still write.
     *
     * @param directory need not be there: then of the directory above it
     * @return empty if the system does not tell
     */
    static OptionalLong at(Path directory) {
        Path there = directory.toAbsolutePath().normalize();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return OptionalLong.of(Files.getFileStore(there).getUsableSpace());
        } catch (IOException e) {
            LOG.debug("what is free at {} is not known: {}", there, e.toString());
            return OptionalLong.empty();
        }
    }

    /** Warns of a backup whose files may find no room. Refuses nothing: holes take none, and tablespaces may lie elsewhere. */
    static void warnIfSmall(BackupName backup, OptionalLong needed, Path directory) {
        OptionalLong free = at(directory);
        if (needed.isPresent() && free.isPresent() && free.getAsLong() < needed.getAsLong()) {
            LOG.atWarn()
                    .addKeyValue("action", "backup-fetch")
                    .addKeyValue(
                            "detail",
                            "The files of " + backup + " have " + needed.getAsLong() + " bytes, and " + free.getAsLong()
                                    + " are free at " + directory + ".")
                    .addKeyValue(
                            "hint",
                            "Holes in files take no room, and tablespaces may lie elsewhere. If it does not fit: make room, or"
                                    + " place tablespaces on other disks (--restore-spec FILE).")
                    .log("the restore may run out of space");
        }
    }
}
