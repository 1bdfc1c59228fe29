package org.walarchive.core.sentinel;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;

/**
 * What WAL-G's sentinels say of a backup ({@code docs/format.md#what-is-read-of-wal-g}).
 *
 * @param startLsn {@code LSN}: where recovery begins
 * @param stopLsn {@code FinishLSN}: where the backup is consistent
 * @param serverVersion {@code PgVersion}: {@code server_version_num}
 * @param systemIdentifier {@code SystemIdentifier}: the cluster; releases before 1.0 do not record it
 * @param deltaFrom {@code DeltaFrom}: the name of the backup that this one holds the changes from; empty if it stands alone
 * @param started {@code StartTime}; in the second dialect only, as what follows
 * @param finished {@code FinishTime}
 * @param permanent {@code IsPermanent}, as it was when the backup was taken
 * @param compressedBytes {@code CompressedSize}: what was stored of its partitions before it was written, and so never more than
 *     they have; 0 if it is not recorded
 * @param partitions the names of the partitions that files are in, where the sentinel has them; newer releases keep them beside it
 */
public record WalGRecord(
        Lsn startLsn,
        Optional<Lsn> stopLsn,
        int serverVersion,
        Optional<SystemIdentifier> systemIdentifier,
        Optional<String> deltaFrom,
        Optional<Instant> started,
        Optional<Instant> finished,
        boolean permanent,
        long compressedBytes,
        Optional<Set<String>> partitions) {

    /** Copies the set. */
    public WalGRecord {
        partitions = partitions.map(Set::copyOf);
    }
}
