package org.walarchive.cli.log;

import java.time.Instant;

/** What a record looks like. */
public enum RecordForm {
    /** Lines as WAL-E's. */
    TEXT {
        @Override
        String format(LogRecord entry, Instant time, long processId) {
            return RecordFormat.format(entry, time, processId);
        }
    },
    /** The same with WAL-E's names of loggers, for whatever looks for them. */
    WAL_E {
        @Override
        String format(LogRecord entry, Instant time, long processId) {
            return RecordFormat.format(entry.named(walE(entry.logger())), time, processId);
        }
    },
    /** An object on a line of its own. */
    JSON {
        @Override
        String format(LogRecord entry, Instant time, long processId) {
            return JsonFormat.format(entry, time, processId);
        }
    };

    private static final String OURS = "walarchive.";

    private static String walE(String logger) {
        if (!logger.startsWith(OURS)) {
            return logger;
        }
        return logger.equals("walarchive.cli") ? "wal_e.main" : "wal_e." + logger.substring(OURS.length());
    }

    /** Returns the record, with a line feed at its end. */
    abstract String format(LogRecord entry, Instant time, long processId);
}
