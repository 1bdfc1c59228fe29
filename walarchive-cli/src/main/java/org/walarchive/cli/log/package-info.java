/**
 * Log records in WAL-E's form, and the slf4j provider that brings the engine's and the stores' lines into it.
 *
 * <p>Entry type: {@link org.walarchive.cli.log.RecordLog}.
 *
 * <pre>{@code
 * RecordLog log = new RecordLog(System.err, Level.INFO);
 * log.write(new LogRecord("walarchive.cli", Severity.INFO, "begin wal restore", null, null, pairs));
 * }</pre>
 */
@NullMarked
package org.walarchive.cli.log;

import org.jspecify.annotations.NullMarked;
