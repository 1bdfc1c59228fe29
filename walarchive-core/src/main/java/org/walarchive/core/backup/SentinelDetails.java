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
                sentinel.record().map(BackupRecord::startLsn),
                sentinel.record().map(BackupRecord::stopLsn),
                sentinel.record().map(BackupRecord::systemIdentifier),
                sentinel.record().map(BackupRecord::serverVersion),
                sentinel.record().map(record -> source(record.source())),
                sentinel.record().map(BackupRecord::started),
                sentinel.record().map(BackupRecord::finished),
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
