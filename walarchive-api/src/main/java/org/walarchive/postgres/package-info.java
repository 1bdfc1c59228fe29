/**
 * PostgreSQL's own values: positions, timelines, names of WAL files. All are immutable and do no I/O.
 *
 * <p>Entry type: {@link org.walarchive.postgres.WalSegmentName}.
 *
 * <pre>{@code
 * WalSegmentName name = WalSegmentName.parse("000000010000000A000000FF");
 * WalSegmentName next = name.next(WalSegmentSize.DEFAULT); // 000000010000000B00000000
 * Lsn start = name.startLsn(WalSegmentSize.DEFAULT);       // A/FF000000
 * }</pre>
 */
@NullMarked
package org.walarchive.postgres;

import org.jspecify.annotations.NullMarked;
