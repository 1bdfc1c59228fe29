package org.walarchive.cli.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Writes records to one stream, each in one piece. Thread-safe. */
public final class RecordLog {

    private final PrintStream stream;
    private final Severity threshold;
    private final InstantSource clock;
    private final long processId;

    /**
     * Makes a log with the system's clock and this process's id.
     *
     * @param stream where records go
     * @param threshold the least grave severity that is written
     */
    public RecordLog(PrintStream stream, Severity threshold) {
        this(stream, threshold, InstantSource.system(), ProcessHandle.current().pid());
    }

    /**
     * Makes a log.
     *
     * @param stream where records go
     * @param threshold the least grave severity that is written
     * @param clock the time of records
     * @param processId the process named in records
     */
    public RecordLog(PrintStream stream, Severity threshold, InstantSource clock, long processId) {
        this.stream = stream;
        this.threshold = threshold;
        this.clock = clock;
        this.processId = processId;
    }

    /**
     * Tells whether records are written.
     *
     * @param severity of what severity
     * @return true if so
     */
    public boolean isEnabled(Severity severity) {
        return severity.compareTo(threshold) >= 0;
    }

    /**
     * Writes a record, if it is grave enough.
     *
     * @param entry the record
     */
    public void write(LogRecord entry) {
        if (isEnabled(entry.severity())) {
            byte[] bytes =
                    RecordFormat.format(entry, clock.instant(), processId).getBytes(StandardCharsets.UTF_8);
            synchronized (stream) {
                stream.write(bytes, 0, bytes.length);
                stream.flush();
            }
        }
    }
}
