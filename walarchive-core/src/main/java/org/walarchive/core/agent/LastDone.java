package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.spool.PostponedFiles;
import org.walarchive.core.spool.ReadyFiles;
import org.walarchive.postgres.WalFileName;

/**
 * Archives once more what PostgreSQL took for archived last, after an agent that was killed. {@code walg_archive} does not notice that a
 * connection ends without an answer: it then finds the answer before that in its buffer, and says that the file is archived. PostgreSQL has one
 * file archived at a time, so it is the last one if any. What is in the archive is only compared.
 */
final class LastDone {

    private static final Logger LOG = LoggerFactory.getLogger(LastDone.class);
    private static final String DONE = ".done";
    private static final int FILES = 2;

    private final Deque<WalFileName> names = new ArrayDeque<>();
    private @Nullable PostponedFiles postponed;

    /** Looks which they are. A standby's are left alone: it did not archive them. */
    static LastDone of(WalPlace place) {
        LastDone last = new LastDone();
        try {
            switch (ControlFile.read(place.dataDirectory()).state()) {
                case STARTUP, SHUT_DOWN, SHUTTING_DOWN, IN_CRASH_RECOVERY, IN_PRODUCTION -> last.find(place);
                case SHUT_DOWN_IN_RECOVERY, IN_ARCHIVE_RECOVERY -> LOG.debug("{} is a standby's", place.walDirectory());
            }
        } catch (IOException | DirectoryIteratorException | ArchiveException e) {
            LOG.debug("it cannot be told what was archived last in {}", place.walDirectory(), e);
        }
        return last;
    }

    private void find(WalPlace place) throws IOException {
        postponed = new PostponedFiles(place.walDirectory());
        Map<WalFileName, FileTime> done = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(place.status(), "*" + DONE)) {
            for (Path entry : entries) {
                WalFileName name = ReadyFiles.subject(entry, DONE).orElse(null);
                if (name != null && Files.exists(place.walDirectory().resolve(name.text()))) {
                    // The rename from .ready sets nothing but this.
                    done.put(name, (FileTime) Files.getAttribute(entry, "unix:ctime"));
                }
            }
        }
        done.entrySet().stream()
                .sorted(Map.Entry.<WalFileName, FileTime>comparingByValue(Comparator.reverseOrder()))
                .limit(FILES)
                .forEach(entry -> names.add(entry.getKey()));
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    /** Archives the next one. While the store fails, or a history that is postponed comes before it, it stays the next one. */
    void next(ArchiveWork work, Activity activity) throws InterruptedException {
        if (isAnyPostponed()) {
            return;
        }
        WalFileName name = names.element();
        try {
            LOG.info("{} is archived once more, for the agent before did not end in order", name);
            work.push(name);
            names.remove();
        } catch (StoreAccessException e) {
            LOG.warn("{} could not be archived once more: {}", name, e.getMessage());
            activity.pushFailed(name.text(), e);
        } catch (ArchiveException e) {
            LOG.error("{} could not be archived once more; it may be missing in the archive", name, e);
            activity.pushFailed(name.text(), e);
            names.remove();
        }
    }

    private boolean isAnyPostponed() {
        try {
            return postponed != null && postponed.count() > 0;
        } catch (IOException e) {
            LOG.debug("it cannot be told whether a history is postponed: {}", e.toString());
            return true;
        }
    }
}
