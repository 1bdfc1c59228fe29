package org.walarchive;

import java.nio.file.Path;
import java.util.Objects;
import org.walarchive.stability.Stable;

/** Which WAL file to archive, and how many others beside it. Immutable. */
@Stable
public final class WalPushRequest {

    /** How many other files one call begins at most: {@value}. */
    public static final int AHEAD_FILES = 64;

    /** For how many seconds after its own file is durable a call goes on with others at most: {@value}. */
    public static final int AHEAD_SECONDS = 4;

    private final Path file;
    private final int poolSize;

    private WalPushRequest(Builder builder) {
        file = builder.file;
        poolSize = builder.poolSize;
    }

    /**
     * Starts a request with the defaults: this file only.
     *
     * @param file the file, named as PostgreSQL names WAL files
     * @return a builder
     */
    public static Builder builder(Path file) {
        return new Builder(file);
    }

    /**
     * Returns which file.
     *
     * @return as it was given
     */
    public Path file() {
        return file;
    }

    /**
     * Returns how many files are archived at once: this one, and others that PostgreSQL has marked as ready in the directory
     * {@code archive_status} beside it. They are taken in PostgreSQL's order, up to {@value #AHEAD_FILES} of them, while this one is archived and for
     * up to {@value #AHEAD_SECONDS} s after it is durable. For each that is durable an acknowledgement is left in the directory {@code .walarchive}
     * beside the files, and its own push, by whichever process, returns at once. {@code archive_status} is only read.
     *
     * @return at least 1, which is also the default: this file only
     */
    public int poolSize() {
        return poolSize;
    }

    /** Returns the file and the pool size. */
    @Override
    public String toString() {
        return "WalPushRequest[file=" + file + ", poolSize=" + poolSize + "]";
    }

    /** Builds a request. */
    public static final class Builder {
        private final Path file;
        private int poolSize = 1;

        private Builder(Path file) {
            this.file = Objects.requireNonNull(file);
        }

        /**
         * Sets how many files are archived at once.
         *
         * @param value at least 1
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder poolSize(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("pool size " + value + " is less than 1");
            }
            poolSize = value;
            return this;
        }

        /**
         * Makes the request.
         *
         * @return the request
         */
        public WalPushRequest build() {
            return new WalPushRequest(this);
        }
    }
}
