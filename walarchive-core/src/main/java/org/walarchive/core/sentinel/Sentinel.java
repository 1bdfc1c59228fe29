package org.walarchive.core.sentinel;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an archive records of a base backup. All is optional but for backups of our own, which have a {@link BackupRecord}.
 *
 * @param stopSegment {@code wal_segment_backup_stop}: the last WAL segment the backup needs
 * @param stopOffset {@code wal_segment_offset_backup_stop}: decimal, eight characters
 * @param expandedSizeBytes {@code expanded_size_bytes}: the sum of the files' sizes
 * @param basePrefix {@code spec.base_prefix}: the data directory, with a slash at its end
 * @param tablespaces {@code spec.tablespaces} and what they point to
 * @param record what WAL-E does not record
 */
public record Sentinel(
        Optional<String> stopSegment,
        Optional<String> stopOffset,
        OptionalLong expandedSizeBytes,
        Optional<String> basePrefix,
        List<Tablespace> tablespaces,
        Optional<BackupRecord> record) {

    /** Copies the list. */
    public Sentinel {
        tablespaces = List.copyOf(tablespaces);
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
