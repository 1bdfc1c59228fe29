package org.walarchive.core.tar;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * How a tree is restored. Immutable.
 *
 * @param completeness what must have been in the archives
 * @param rewrites what is done to the content of small files while they are extracted, by name
 * @param listener hears of what is not restored as it was stored; called from several threads
 */
public record RestoreOptions(
        Completeness completeness, Map<String, UnaryOperator<byte[]>> rewrites, TreatmentListener listener) {

    /** What must have been in the archives. */
    public enum Completeness {
        /** A server's data directory: without {@code global/pg_control} it is incomplete. */
        CLUSTER,
        /** Anything. */
        ANY_TREE
    }

    /** Copies the map. */
    public RestoreOptions {
        Objects.requireNonNull(completeness);
        rewrites = Map.copyOf(rewrites);
        Objects.requireNonNull(listener);
    }

    /**
     * Returns the options for a data directory: no rewrites, nobody hears.
     *
     * @return the options
     */
    public static RestoreOptions cluster() {
        return new RestoreOptions(Completeness.CLUSTER, Map.of(), TreatmentListener.none());
    }

    /**
     * Returns a copy with another completeness.
     *
     * @param value what must have been in the archives
     * @return the copy
     */
    public RestoreOptions completeness(Completeness value) {
        return new RestoreOptions(value, rewrites, listener);
    }

    /**
     * Returns a copy with another listener.
     *
     * @param value a thread-safe listener
     * @return the copy
     */
    public RestoreOptions listener(TreatmentListener value) {
        return new RestoreOptions(completeness, rewrites, value);
    }

    /**
     * Returns a copy that also rewrites a file.
     *
     * @param name the file's path in the data directory
     * @param change gets the archived content and returns what is written; called in an extracting thread
     * @return the copy
     */
    public RestoreOptions rewrite(String name, UnaryOperator<byte[]> change) {
        Map<String, UnaryOperator<byte[]>> more = new HashMap<>(rewrites);
        more.put(name, change);
        return new RestoreOptions(completeness, more, listener);
    }
}
