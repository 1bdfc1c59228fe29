package org.walarchive;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.stability.Stable;

/**
 * A failure of an operation of the archive. The message says what failed and names the key, segment or file: lower case,
 * no full stop. {@link #detail} says more, {@link #hint} what to do about it. None of the three holds a secret.
 *
 * <p>The subclasses tell failures apart that callers treat differently; further ones may come in any minor version. An interrupt is no
 * failure but an {@link InterruptedException}, and a WAL file that the archive does not have a {@link WalFetchResult}.
 */
@Stable
public abstract sealed class ArchiveException extends Exception
        permits BackupNotFoundException,
                ConfigurationException,
                ConflictException,
                CorruptArchiveException,
                InvalidWalFileException,
                LocalFileException,
                ServerException,
                StoreAccessException,
                WalNotArchivedException {

    private final @Nullable String detail;
    private final @Nullable String hint;

    ArchiveException(String message, @Nullable String detail, @Nullable String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.detail = detail;
        this.hint = hint;
    }

    /**
     * Returns the circumstances.
     *
     * @return a text, if there is more to say than the message
     */
    public final Optional<String> detail() {
        return Optional.ofNullable(detail);
    }

    /**
     * Returns what to do.
     *
     * @return one or more sentences, if something is known to help
     */
    public final Optional<String> hint() {
        return Optional.ofNullable(hint);
    }

    /**
     * Tells whether the same call may work when it is made again later, without anybody changing anything.
     *
     * @return true if so
     */
    public abstract boolean retryable();
}
