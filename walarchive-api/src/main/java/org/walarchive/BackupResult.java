package org.walarchive;

import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.stability.Stable;

/**
 * A base backup that was taken.
 *
 * @param name its name
 * @param timeline its timeline
 * @param startLsn where recovery begins
 * @param stopLsn where it is consistent
 * @param partitions how many tar partitions it has
 * @param expandedSizeBytes the sum of the sizes of its files
 * @param storedSizeBytes what the partitions take in the store
 */
@Stable
public record BackupResult(
        BackupName name,
        TimelineId timeline,
        Lsn startLsn,
        Lsn stopLsn,
        int partitions,
        long expandedSizeBytes,
        long storedSizeBytes) {}
