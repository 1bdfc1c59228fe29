package org.walarchive.core.sentinel;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;

/**
 * What an archive records of a base backup. All is optional but for backups of our own, which have a {@link BackupRecord}, and
 * for WAL-G's, which have a {@link WalGRecord}.
 *
 * @param stopSegment {@code wal_segment_backup_stop}: the last WAL segment the backup needs
 * @param stopOffset {@code wal_segment_offset_backup_stop}: decimal, eight characters
 * @param expandedSizeBytes {@code expanded_size_bytes}: the sum of the files' sizes
 * @param basePrefix {@code spec.base_prefix}: the data directory, with a slash at its end
 * @param tablespaces {@code spec.tablespaces} and what they point to
 * @param record what WAL-E does not record
 * @param walG what WAL-G records, in its own dialect
 */
public record Sentinel(
        Optional<String> stopSegment,
        Optional<String> stopOffset,
        OptionalLong expandedSizeBytes,
        Optional<String> basePrefix,
        List<Tablespace> tablespaces,
        Optional<BackupRecord> record,
        Optional<WalGRecord> walG) {

    /** Copies the list. */
    public Sentinel {
        tablespaces = List.copyOf(tablespaces);
    }

    /** Makes a sentinel of WAL-E's, or of ours. */
    public Sentinel(
            Optional<String> stopSegment,
            Optional<String> stopOffset,
            OptionalLong expandedSizeBytes,
            Optional<String> basePrefix,
            List<Tablespace> tablespaces,
            Optional<BackupRecord> record) {
        this(stopSegment, stopOffset, expandedSizeBytes, basePrefix, tablespaces, record, Optional.empty());
    }

    /** Returns where recovery begins, where that is recorded. */
    public Optional<Lsn> startLsn() {
        return record.map(BackupRecord::startLsn).or(() -> walG.map(WalGRecord::startLsn));
    }

    /** Returns where the backup is consistent, where that is recorded as a position. */
    public Optional<Lsn> stopLsn() {
        return record.map(BackupRecord::stopLsn).or(() -> walG.flatMap(WalGRecord::stopLsn));
    }

    /** Returns the cluster, where it is recorded. */
    public Optional<SystemIdentifier> systemIdentifier() {
        return record.map(BackupRecord::systemIdentifier).or(() -> walG.flatMap(WalGRecord::systemIdentifier));
    }

    /** Returns {@code server_version_num}, where it is recorded. */
    public Optional<Integer> serverVersion() {
        return record.map(BackupRecord::serverVersion).or(() -> walG.map(WalGRecord::serverVersion));
    }

    /** Returns when the backup began, where that is recorded. */
    public Optional<Instant> started() {
        return record.map(BackupRecord::started).or(() -> walG.flatMap(WalGRecord::started));
    }

    /** Returns when the backup was complete, where that is recorded. */
    public Optional<Instant> finished() {
        return record.map(BackupRecord::finished).or(() -> walG.flatMap(WalGRecord::finished));
    }

    /**
     * A tablespace outside the data directory.
     *
     * @param oid its name under {@code pg_tblspc}
     * @param location {@code loc}: where its link pointed, with a slash at its end
     * @param link {@code link}: the link's path in the data directory, {@code pg_tblspc/OID}
     */
    public record Tablespace(String oid, String location, String link) {}
}
