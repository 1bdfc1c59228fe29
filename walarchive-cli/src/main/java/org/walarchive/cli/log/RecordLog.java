package org.walarchive.cli.log;

import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Writes records to one or more targets. Thread-safe. */
public final class RecordLog implements AutoCloseable {

    private final List<RecordTarget> targets;
    private final RecordForm form;
    private final Severity threshold;
    private final InstantSource clock;
    private final long processId;

    /**
     * Makes a log of text with the system's clock and this process's id.
     *
     * @param stream where records go
     * @param threshold the least grave severity that is written
     */
    public RecordLog(PrintStream stream, Severity threshold) {
        this(List.of(new StreamTarget(stream)), RecordForm.TEXT, threshold);
    }

    /**
     * Makes a log with the system's clock and this process's id.
     *
     * @param targets where records go; closed with this
     * @param form what they look like
     * @param threshold the least grave severity that is written
     */
    public RecordLog(List<RecordTarget> targets, RecordForm form, Severity threshold) {
        this(
                targets,
                form,
                threshold,
                InstantSource.system(),
                ProcessHandle.current().pid());
    }

    /**
     * Makes a log.
     *
     * @param targets where records go; closed with this
     * @param form what they look like
     * @param threshold the least grave severity that is written
     * @param clock the time of records
     * @param processId the process named in records
     */
    public RecordLog(
            List<RecordTarget> targets, RecordForm form, Severity threshold, InstantSource clock, long processId) {
        this.targets = List.copyOf(targets);
        this.form = form;
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
            Instant now = clock.instant();
            String text = form.format(entry, now, processId);
            for (RecordTarget target : targets) {
                target.write(entry.severity(), text);
            }
        }
    }

    /** Waits, not for long, until everything is where it should be. */
    @Override
    public void close() {
        for (RecordTarget target : targets) {
            target.close();
        }
    }
}
