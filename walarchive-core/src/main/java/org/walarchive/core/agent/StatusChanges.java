package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for new files in {@code archive_status}. Where the kernel tells, at once; always after a while. Which files they are is not
 * looked at: events may be lost.
 */
final class StatusChanges implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusChanges.class);

    private final Path directory;
    private final @Nullable WatchService service;
    private volatile @Nullable WatchKey key;

    StatusChanges(Path directory) {
        this.directory = directory;
        this.service = open(directory);
    }

    private static @Nullable WatchService open(Path directory) {
        try {
            return directory.getFileSystem().newWatchService();
        } catch (IOException e) {
            LOG.warn("{} cannot be watched, and is looked at every second instead", directory, e);
            return null;
        }
    }

    /** Waits for a change since the last call. */
    void await(Duration longest) throws InterruptedException {
        if (service == null || !watch(service)) {
            TimeUnit.NANOSECONDS.sleep(longest.toNanos());
            return;
        }
        try {
            WatchKey changed = service.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
            if (changed != null) {
                changed.pollEvents();
                if (!changed.reset()) {
                    key = null;
                }
            }
        } catch (ClosedWatchServiceException e) {
            throw new InterruptedException("the watch was closed");
        }
    }

    /** Looks for the directory anew: what is watched may have been moved away, and another stand in its place. */
    void renew() {
        WatchKey old = key;
        if (old != null) {
            old.cancel();
        }
    }

    private boolean watch(WatchService open) {
        WatchKey current = key;
        if (current != null && current.isValid()) {
            return true;
        }
        try {
            key = directory.register(open, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            return true;
        } catch (IOException e) {
            LOG.debug("{} cannot be watched now", directory, e);
            return false;
        }
    }

    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            LOG.debug("the watch of {} cannot be closed", directory, e);
        }
    }
}
