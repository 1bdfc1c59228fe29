package org.walarchive;

import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;

/**
 * What a sentinel says of its backup. Sentinels of WAL-E have the first three only, and very old ones not even those.
 *
 * @param expandedSizeBytes the sum of the sizes of the files
 * @param stopSegment the name of the last WAL segment the backup needs
 * @param stopOffset the offset in it as WAL-E writes it: decimal, eight digits
 * @param startLsn where recovery begins
 * @param stopLsn where the backup is consistent
 * @param systemIdentifier the cluster
 * @param serverVersion the server's version, {@code server_version_num}
 */
public record BackupDetails(
        OptionalLong expandedSizeBytes,
        Optional<String> stopSegment,
        Optional<String> stopOffset,
        Optional<Lsn> startLsn,
        Optional<Lsn> stopLsn,
        Optional<SystemIdentifier> systemIdentifier,
        Optional<Integer> serverVersion) {}
