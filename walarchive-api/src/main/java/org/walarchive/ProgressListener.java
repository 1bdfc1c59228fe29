package org.walarchive;

import org.walarchive.stability.Experimental;

/** Hears how far something is that takes long. */
@Experimental
@FunctionalInterface
public interface ProgressListener {

    /**
     * Hears how far it is: at the begin and the end of each phase, and in between at most five times a second, as long as something moves. Called
     * by the threads that do the work, never by two at once, and holds that thread up, though no other: return soon. The first thing that
     * it throws is logged; then it hears no more. After a failure there is no last call.
     *
     * @param progress how far it is
     */
    void onProgress(Progress progress);
}
