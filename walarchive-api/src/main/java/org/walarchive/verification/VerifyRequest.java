package org.walarchive.verification;

import java.util.Objects;
import java.util.Optional;
import org.walarchive.ProgressListener;
import org.walarchive.postgres.TimelineId;
import org.walarchive.stability.Experimental;

/**
 * How thoroughly to look, and at what.
 *
 * @param depth how thoroughly
 * @param backup the only backup to look at: a name, or {@code LATEST}; empty for all. The WAL that is read is then that of its
 *     windows
 * @param timeline the only timeline whose WAL and backups are looked at; empty for all
 * @param progress who hears how far it is; empty for nobody
 */
@Experimental
public record VerifyRequest(
        Depth depth, Optional<String> backup, Optional<TimelineId> timeline, Optional<ProgressListener> progress) {

    /** How thoroughly an archive is looked at. */
    public enum Depth {
        /** Lists all objects, and reads the sentinels and history files. */
        SHALLOW,
        /** Reads, decompresses and checks every object besides, as many at once as the pool's size. */
        DEEP
    }

    /** Checks for null. */
    public VerifyRequest {
        Objects.requireNonNull(depth);
        Objects.requireNonNull(backup);
        Objects.requireNonNull(timeline);
        Objects.requireNonNull(progress);
    }

    /**
     * Asks for all of an archive.
     *
     * @param depth how thoroughly
     * @return the request
     */
    public static VerifyRequest of(Depth depth) {
        return new VerifyRequest(depth, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Asks for one backup.
     *
     * @param nameOrLatest its name, or {@code LATEST}
     * @return the same request, for this backup only
     */
    public VerifyRequest ofBackup(String nameOrLatest) {
        return new VerifyRequest(depth, Optional.of(nameOrLatest), timeline, progress);
    }

    /**
     * Asks for one timeline.
     *
     * @param only the timeline
     * @return the same request, for this timeline only
     */
    public VerifyRequest onTimeline(TimelineId only) {
        return new VerifyRequest(depth, backup, Optional.of(only), progress);
    }

    /**
     * Has somebody hear how far it is.
     *
     * @param listener called by the threads that do the work
     * @return the same request, with this listener
     */
    public VerifyRequest progress(ProgressListener listener) {
        return new VerifyRequest(depth, backup, timeline, Optional.of(listener));
    }
}
