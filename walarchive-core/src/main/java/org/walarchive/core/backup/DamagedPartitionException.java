package org.walarchive.core.backup;

import java.io.IOException;

/** A tar partition is damaged; the message names its key. */
final class DamagedPartitionException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedPartitionException(String message, Throwable cause) {
        super(message, cause);
    }

    DamagedPartitionException(String message) {
        super(message);
    }
}
