package org.walarchive.core.tar;

/** Hears of files that are treated in a way an operator may want to know of. Called from several threads in a restore. */
@FunctionalInterface
public interface TreatmentListener {

    /**
     * Called once for each such file.
     *
     * @param path the path in the data directory
     * @param treatment what is done with it, and why: a phrase
     */
    void treated(String path, String treatment);

    /**
     * Returns a listener that does nothing.
     *
     * @return the listener
     */
    static TreatmentListener none() {
        return (path, treatment) -> {};
    }
}
