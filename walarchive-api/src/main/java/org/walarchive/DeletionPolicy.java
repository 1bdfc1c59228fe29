package org.walarchive;

/** What may be deleted from an archive. Executing a policy is not implemented yet. */
public sealed interface DeletionPolicy {

    /**
     * Everything that no backup from this one on needs.
     *
     * @param backup the oldest backup to keep
     */
    record Before(BackupName backup) implements DeletionPolicy {}

    /**
     * Everything that the newest backups do not need.
     *
     * @param count how many backups to keep, at least 1
     */
    record Retain(int count) implements DeletionPolicy {

        /** Checks the count. */
        public Retain {
            if (count < 1) {
                throw new IllegalArgumentException("retain " + count + " would keep no backup; use Everything");
            }
        }
    }

    /** What older versions of the archive's layout left. */
    record OldVersions() implements DeletionPolicy {}

    /** The whole archive. */
    record Everything() implements DeletionPolicy {}
}
