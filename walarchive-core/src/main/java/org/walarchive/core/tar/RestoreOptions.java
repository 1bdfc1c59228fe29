package org.walarchive.core.tar;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * How a tree is restored. Immutable.
 *
 * @param completeness what must have been in the archives
 * @param rewrites what is done to the content of small files while they are extracted, by name
 * @param listener hears of what is not restored as it was stored; called from several threads
 * @param leftOut the paths of what is not restored, whatever it is
 * @param mostContentBytes what all files may have together
 */
public record RestoreOptions(
        Completeness completeness,
        Map<String, UnaryOperator<byte[]>> rewrites,
        TreatmentListener listener,
        Set<String> leftOut,
        long mostContentBytes) {

    /** What must have been in the archives. */
    public enum Completeness {
        /** A server's data directory: without {@code global/pg_control} it is incomplete. */
        CLUSTER,
        /** Anything. */
        ANY_TREE
    }

    /** Copies the collections. */
    public RestoreOptions {
        Objects.requireNonNull(completeness);
        rewrites = Map.copyOf(rewrites);
        Objects.requireNonNull(listener);
        leftOut = Set.copyOf(leftOut);
    }

    /**
     * Returns the options for a data directory: no rewrites, nobody hears.
     *
     * @return the options
     */
    public static RestoreOptions cluster() {
        return new RestoreOptions(Completeness.CLUSTER, Map.of(), TreatmentListener.none(), Set.of(), Long.MAX_VALUE);
    }

    /**
     * Returns a copy with another completeness.
     *
     * @param value what must have been in the archives
     * @return the copy
     */
    public RestoreOptions completeness(Completeness value) {
        return new RestoreOptions(value, rewrites, listener, leftOut, mostContentBytes);
    }

    /**
     * Returns a copy with another listener.
     *
     * @param value a thread-safe listener
     * @return the copy
     */
    public RestoreOptions listener(TreatmentListener value) {
        return new RestoreOptions(completeness, rewrites, value, leftOut, mostContentBytes);
    }

    /**
     * Returns a copy that leaves something out.
     *
     * @param names paths in the data directory
     * @return the copy
     */
    public RestoreOptions leaveOut(Set<String> names) {
        return new RestoreOptions(completeness, rewrites, listener, names, mostContentBytes);
    }

    /**
     * Returns a copy that refuses more content.
     *
     * @param bytes what all files may have together, holes included
     * @return the copy
     */
    public RestoreOptions mostContentBytes(long bytes) {
        return new RestoreOptions(completeness, rewrites, listener, leftOut, bytes);
    }

    /**
     * Returns a copy that also rewrites a file. A link of that name is refused: what it leads to would not be rewritten.
     *
     * @param name the file's path in the data directory
     * @param change gets the archived content and returns what is written; called in an extracting thread
     * @return the copy
     */
    public RestoreOptions rewrite(String name, UnaryOperator<byte[]> change) {
        Map<String, UnaryOperator<byte[]>> more = new HashMap<>(rewrites);
        more.put(name, change);
        return new RestoreOptions(completeness, more, listener, leftOut, mostContentBytes);
    }
}
