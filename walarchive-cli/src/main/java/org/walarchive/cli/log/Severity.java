package org.walarchive.cli.log;

/** How grave a record is, in WAL-E's words; gravest last. */
public enum Severity {
    /** For each request. */
    DEBUG,
    /** An operation begun or ended. */
    INFO,
    /** A person should look. */
    WARNING,
    /** Gave up. */
    ERROR,
    /** A failure that nothing was prepared for. */
    CRITICAL
}
