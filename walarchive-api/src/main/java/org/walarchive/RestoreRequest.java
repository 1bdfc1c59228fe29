package org.walarchive;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.walarchive.stability.Stable;

/** Which base backup to restore, where to, and how far the server is to recover. Immutable. */
@Stable
public final class RestoreRequest {

    /** The newest backup: the one whose sentinel was put last or, with a recovery, the newest that the target can be reached from. */
    public static final String LATEST = "LATEST";

    /** What is done with files that are in the directory. */
    public enum ExistingFiles {
        /** The restore is refused. */
        REFUSE,
        /**
         * They are deleted if they are what is left of a server of the same cluster and release, which does not run, or of an
         * unfinished restore; else the restore is refused.
         */
        REPLACE
    }

    /** Whether the restored server archives its WAL. */
    public enum Archiving {
        /** As the settings say that are in the backup. */
        AS_BACKED_UP,
        /** Off, whatever they say: for a clone, which must not push into the archive it came from. */
        OFF
    }

    /**
     * What is done when WAL is missing that the recovery needs, as far as names and times tell, or cannot be read here for want of a key or
     * a library.
     */
    public enum MissingWal {
        /** The restore is refused. */
        REFUSE,
        /** It is restored all the same: the WAL comes from elsewhere, or is not needed. */
        ALLOW
    }

    private final Path directory;
    private final String backup;
    private final TablespacePlacement tablespaces;
    private final Optional<RecoveryRequest> recovery;
    private final ExistingFiles existingFiles;
    private final Archiving archiving;
    private final MissingWal missingWal;
    private final Optional<ProgressListener> progress;

    private RestoreRequest(Builder builder) {
        directory = builder.directory;
        backup = builder.backup;
        tablespaces = builder.tablespaces;
        recovery = builder.recovery;
        existingFiles = builder.existingFiles;
        archiving = builder.archiving;
        missingWal = builder.missingWal;
        progress = builder.progress;
    }

    /**
     * Starts a request with the defaults: the latest backup, the files only, into a directory that is absent or empty but for the
     * links of tablespaces.
     *
     * @param directory the data directory to make
     * @return a builder
     */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    /**
     * Returns the data directory to make.
     *
     * @return as it was given
     */
    public Path directory() {
        return directory;
    }

    /**
     * Returns which backup.
     *
     * @return a name, or {@value #LATEST}
     */
    public String backup() {
        return backup;
    }

    /**
     * Returns where tablespaces go.
     *
     * @return the placement
     */
    public TablespacePlacement tablespaces() {
        return tablespaces;
    }

    /**
     * Returns how the server is to recover.
     *
     * @return the recovery whose settings are written; empty for restoring files only, as WAL-E does
     */
    public Optional<RecoveryRequest> recovery() {
        return recovery;
    }

    /**
     * Returns what is done with files that are in the directory.
     *
     * @return whether they may be deleted
     */
    public ExistingFiles existingFiles() {
        return existingFiles;
    }

    /**
     * Returns whether the restored server archives its WAL.
     *
     * @return whether archiving is switched off
     */
    public Archiving archiving() {
        return archiving;
    }

    /**
     * Returns what is done when WAL is missing that the recovery needs.
     *
     * @return whether the restore is refused
     */
    public MissingWal missingWal() {
        return missingWal;
    }

    /**
     * Returns who hears how far it is.
     *
     * @return the listener; empty for nobody
     */
    public Optional<ProgressListener> progress() {
        return progress;
    }

    /** Builds a request. */
    public static final class Builder {
        private final Path directory;
        private String backup = LATEST;
        private TablespacePlacement tablespaces = new TablespacePlacement.ExistingLinks();
        private Optional<RecoveryRequest> recovery = Optional.empty();
        private ExistingFiles existingFiles = ExistingFiles.REFUSE;
        private Archiving archiving = Archiving.AS_BACKED_UP;
        private MissingWal missingWal = MissingWal.REFUSE;
        private Optional<ProgressListener> progress = Optional.empty();

        private Builder(Path directory) {
            this.directory = Objects.requireNonNull(directory);
        }

        /**
         * Sets which backup.
         *
         * @param value a name, or {@value RestoreRequest#LATEST}
         * @return this
         */
        public Builder backup(String value) {
            backup = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets where tablespaces go.
         *
         * @param value the placement
         * @return this
         */
        public Builder tablespaces(TablespacePlacement value) {
            tablespaces = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Has the settings of a recovery written.
         *
         * @param value how the server is to recover
         * @return this
         */
        public Builder recovery(RecoveryRequest value) {
            recovery = Optional.of(value);
            return this;
        }

        /**
         * Sets what is done with files that are in the directory.
         *
         * @param value whether they may be deleted
         * @return this
         */
        public Builder existingFiles(ExistingFiles value) {
            existingFiles = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets whether the restored server archives its WAL.
         *
         * @param value whether archiving is switched off
         * @return this
         */
        public Builder archiving(Archiving value) {
            archiving = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets what is done when WAL is missing that the recovery needs, or cannot be read here.
         *
         * @param value whether the restore is refused
         * @return this
         */
        public Builder missingWal(MissingWal value) {
            missingWal = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Has somebody hear how far it is.
         *
         * @param listener called by the threads that do the work
         * @return this
         */
        public Builder progress(ProgressListener listener) {
            progress = Optional.of(listener);
            return this;
        }

        /**
         * Makes the request.
         *
         * @return the request
         */
        public RestoreRequest build() {
            return new RestoreRequest(this);
        }
    }
}
