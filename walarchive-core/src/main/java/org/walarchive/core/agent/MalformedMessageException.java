package org.walarchive.core.agent;

import java.io.IOException;

/** A client sent what is not of the protocol. */
final class MalformedMessageException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message);
    }
}
