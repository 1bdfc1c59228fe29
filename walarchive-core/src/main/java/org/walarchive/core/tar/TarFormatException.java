package org.walarchive.core.tar;

import java.io.IOException;

/** What was read is not a tar archive, or not one that is whole. */
final class TarFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    TarFormatException(String message) {
        super(message);
    }
}
