package org.walarchive.core.sentinel;

import java.time.Instant;
import java.util.List;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;

/**
 * What our sentinels carry beside WAL-E's fields, under the key {@code walarchive}: all that is needed to tell a complete
 * backup from an incomplete one.
 *
 * @param systemIdentifier the cluster
 * @param serverVersion {@code server_version_num}
 * @param timeline the timeline of start and stop
 * @param startLsn where recovery begins
 * @param stopLsn where the backup is consistent
 * @param walSegmentSizeBytes the size of WAL segments
 * @param source how it was taken
 * @param started when it began, by the clock of the host that took it
 * @param finished when its last partition was stored
 * @param partitions the tar partitions, in order of their numbers from 0
 */
public record BackupRecord(
        SystemIdentifier systemIdentifier,
        int serverVersion,
        TimelineId timeline,
        Lsn startLsn,
        Lsn stopLsn,
        int walSegmentSizeBytes,
        Source source,
        Instant started,
        Instant finished,
        List<Partition> partitions) {

    /** Copies the list and checks that the partitions are numbered by their place. */
    public BackupRecord {
        partitions = List.copyOf(partitions);
        for (int i = 0; i < partitions.size(); i++) {
            if (partitions.get(i).number() != i) {
                throw new IllegalArgumentException(
                        "partition " + partitions.get(i).number() + " stands at place " + i);
            }
        }
    }

    /** What a backup was taken of. */
    public enum Source {
        /** A running primary. */
        PRIMARY,
        /** A running standby. */
        STANDBY,
        /** A stopped server. */
        OFFLINE
    }

    /**
     * A tar partition.
     *
     * @param number from 0
     * @param name the last component of its key
     * @param storedBytes the length of the object
     * @param sha256 of the object, 64 lower-case hexadecimal digits
     * @param expandedBytes the length of the tar stream
     */
    public record Partition(int number, String name, long storedBytes, String sha256, long expandedBytes) {

        /** Checks the ranges. */
        public Partition {
            if (storedBytes < 0 || expandedBytes < 0) {
                throw new IllegalArgumentException("size of partition " + name + " is negative");
            }
            if (!sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("\"" + sha256 + "\" is not a SHA-256 in hexadecimal");
            }
        }
    }
}
