package org.walarchive;

import org.walarchive.stability.Stable;
import org.walarchive.store.StoreException;

/** The store could not be read or written. */
@Stable
public final class StoreAccessException extends ArchiveException {

    private final StoreException.Kind kind;

    /**
     * Makes an exception of a store's failure, whose message and hint it carries on.
     *
     * @param message what the engine wanted: lower case, no full stop
     * @param cause the failure
     */
    public StoreAccessException(String message, StoreException cause) {
        super(message, cause.getMessage(), cause.hint().orElse(null), cause);
        this.kind = cause.kind();
    }

    /**
     * Returns what failed in the store.
     *
     * @return the kind
     */
    public StoreException.Kind kind() {
        return kind;
    }

    @Override
    public boolean retryable() {
        return kind.retryable();
    }
}
