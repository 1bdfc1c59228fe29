package org.walarchive;

import java.util.Objects;
import java.util.OptionalLong;
import org.walarchive.stability.Experimental;

/**
 * How far something is that takes long. What is done may become less, where an upload or a download broke off and is begun anew.
 *
 * @param phase what is being done
 * @param bytes how many are done, counted as the phase says; 0 where it counts none
 * @param totalBytes how many there are, not less than are done; empty where that is not known (yet), or none are counted
 * @param items how many things are done; what they are, the phase says
 * @param totalItems how many there are, not less than are done; empty where that is not known (yet), or none are counted
 */
@Experimental
public record Progress(Phase phase, long bytes, OptionalLong totalBytes, long items, OptionalLong totalItems) {

    /** What is being done. Further phases may come in any release. */
    public enum Phase {
        /** An archive is listed and its sentinels are read. Nothing is counted. */
        LIST,
        /**
         * A data directory is sent. Bytes are those of its files as they are read, items its files and directories. The totals come some time
         * after the begin, from a walk beside the backup's own, and are an estimate until all has been found: the server runs.
         */
        SEND,
        /** A base backup waits until others have archived its WAL. Items are WAL segments; no bytes are counted. */
        AWAIT_WAL,
        /** A base backup is fetched and written. Bytes are those of the store, items are tar partitions. */
        FETCH,
        /** A server replays WAL, in a drill. Items are the WAL segments it was given; how many there will be is not known. */
        REPLAY,
        /** An archive is verified, object by object. Bytes are those of the store, items are objects. */
        VERIFY
    }

    /** Checks the numbers. */
    public Progress {
        Objects.requireNonNull(phase);
        check("bytes", bytes, totalBytes);
        check("items", items, totalItems);
    }

    private static void check(String what, long done, OptionalLong total) {
        if (done < 0 || total.isPresent() && total.getAsLong() < done) {
            throw new IllegalArgumentException(done + " " + what + " of " + total);
        }
    }
}
