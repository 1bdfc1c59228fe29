package org.walarchive.cli.log;

/** Where records go. Thread-safe. */
public interface RecordTarget {

    /**
     * Takes a record; never throws, and never waits for long.
     *
     * @param severity how grave it is
     * @param text the record as it is to be read, with a line feed at its end
     */
    void write(Severity severity, String text);

    /** Waits, not for long, until what was written is where it should be. */
    default void close() {}
}
