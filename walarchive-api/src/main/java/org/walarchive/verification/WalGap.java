package org.walarchive.verification;

import java.util.Objects;
import org.walarchive.stability.Experimental;

/**
 * WAL segments that recovery would need to get from what lies before them to what lies behind.
 *
 * @param span the segments
 * @param damaged how many of them are in the archive, but damaged; the others are missing
 * @param effect what follows from it
 */
@Experimental
public record WalGap(SegmentSpan span, long damaged, Effect effect) {

    /** What a gap does to recovery. */
    public enum Effect {
        /** Recovery from a backup stops here: what lies behind cannot be reached from it. */
        STOPS_RECOVERY,
        /** No backup could reach it anyway. */
        NONE
    }

    /** Checks for null. */
    public WalGap {
        Objects.requireNonNull(span);
        Objects.requireNonNull(effect);
    }
}
