package org.walarchive;

import org.walarchive.stability.Stable;

/** Hears what the engine does, while it does it. */
@Stable
@FunctionalInterface
public interface ArchiveListener {

    /**
     * Hears of one event. Called by the thread that did it, so by several threads at once, and holds that thread up:
     * return soon. What it throws is logged and goes no further.
     *
     * @param event what happened
     */
    void onEvent(ArchiveEvent event);

    /**
     * Returns a listener that does nothing.
     *
     * @return the listener
     */
    static ArchiveListener none() {
        return event -> {};
    }
}
