package org.walarchive;

import java.time.Instant;
import java.util.Optional;

/**
 * A base backup in the archive.
 *
 * @param name its name
 * @param lastModified when its sentinel was put, by the store's clock
 * @param details what the sentinel says, where it was read
 */
public record Backup(BackupName name, Instant lastModified, Optional<BackupDetails> details) {}
