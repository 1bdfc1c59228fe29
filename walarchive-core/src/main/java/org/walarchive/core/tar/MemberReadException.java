package org.walarchive.core.tar;

import java.io.IOException;
import org.walarchive.LocalFileException;

/** A file of a partition cannot be read. An {@link IOException}, so that it passes through streams and stores as it is. */
public final class MemberReadException extends IOException {

    private static final long serialVersionUID = 1L;

    private final LocalFileException failure;

    MemberReadException(LocalFileException failure) {
        super(failure.getMessage(), failure);
        this.failure = failure;
    }

    /**
     * Returns the failure to report.
     *
     * @return names the file
     */
    public LocalFileException failure() {
        return failure;
    }
}
