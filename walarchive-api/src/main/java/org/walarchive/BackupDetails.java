package org.walarchive;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.stability.Stable;

/**
 * What a sentinel says of its backup. Sentinels of WAL-E have the first three and the tablespaces only, and very old ones not even
 * those; WAL-G's say neither the stop segment nor what the backup was taken of.
 *
 * @param expandedSizeBytes the sum of the sizes of the files
 * @param stopSegment the name of the last WAL segment the backup needs
 * @param stopOffset the offset in it as WAL-E writes it: decimal, eight digits
 * @param startLsn where recovery begins
 * @param stopLsn where the backup is consistent
 * @param systemIdentifier the cluster
 * @param serverVersion the server's version, {@code server_version_num}
 * @param source what it was taken of
 * @param started when it began, by the clock of the host that took it
 * @param finished when its last partition was stored, by the same clock
 * @param tablespaces the tablespaces outside of the data directory
 */
@Stable
public record BackupDetails(
        OptionalLong expandedSizeBytes,
        Optional<String> stopSegment,
        Optional<String> stopOffset,
        Optional<Lsn> startLsn,
        Optional<Lsn> stopLsn,
        Optional<SystemIdentifier> systemIdentifier,
        Optional<Integer> serverVersion,
        Optional<Source> source,
        Optional<Instant> started,
        Optional<Instant> finished,
        List<Tablespace> tablespaces) {

    /** Copies the list. */
    public BackupDetails {
        tablespaces = List.copyOf(tablespaces);
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
     * A tablespace outside of the data directory.
     *
     * @param oid its name under {@code pg_tblspc}
     * @param location where its link pointed
     */
    public record Tablespace(String oid, String location) {}
}
