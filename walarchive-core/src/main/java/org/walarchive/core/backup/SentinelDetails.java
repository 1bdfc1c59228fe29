package org.walarchive.core.backup;

import org.walarchive.BackupDetails;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;

/** What a sentinel says, in the library's terms. */
final class SentinelDetails {

    private SentinelDetails() {}

    static BackupDetails of(Sentinel sentinel) {
        return new BackupDetails(
                sentinel.expandedSizeBytes(),
                sentinel.stopSegment(),
                sentinel.stopOffset(),
                sentinel.startLsn(),
                sentinel.stopLsn(),
                sentinel.systemIdentifier(),
                sentinel.serverVersion(),
                sentinel.record().map(record -> source(record.source())),
                sentinel.started(),
                sentinel.finished(),
                sentinel.tablespaces().stream()
                        .map(tablespace -> new BackupDetails.Tablespace(tablespace.oid(), tablespace.location()))
                        .toList());
    }

    private static BackupDetails.Source source(BackupRecord.Source source) {
        return switch (source) {
            case PRIMARY -> BackupDetails.Source.PRIMARY;
            case STANDBY -> BackupDetails.Source.STANDBY;
            case OFFLINE -> BackupDetails.Source.OFFLINE;
        };
    }
}
