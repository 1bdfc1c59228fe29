package org.walarchive.core.server;

import org.walarchive.postgres.Lsn;

/**
 * What the server answered to the start of a base backup.
 *
 * @param lsn where recovery from the backup will begin
 */
public record BackupStart(Lsn lsn) {}
