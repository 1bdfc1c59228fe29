package org.walarchive;

import java.time.Instant;
import java.util.Optional;
import org.walarchive.stability.Stable;

/**
 * A base backup in the archive; where {@link BackupService.ListDetail#OBJECTS} was asked for, also one that is being taken or is
 * damaged.
 *
 * @param name its name
 * @param lastModified when its sentinel was put, by the store's clock; where it has none, when its newest object was
 * @param details what the sentinel says, where it was read and could be understood
 * @param state what its objects say, where they were looked at
 */
@Stable
public record Backup(
        BackupName name, Instant lastModified, Optional<BackupDetails> details, Optional<BackupState> state) {

    /**
     * A backup whose objects were not looked at.
     *
     * @param name its name
     * @param lastModified when its sentinel was put, by the store's clock
     * @param details what the sentinel says, where it was read
     */
    public Backup(BackupName name, Instant lastModified, Optional<BackupDetails> details) {
        this(name, lastModified, details, Optional.empty());
    }
}
