package org.walarchive.core.openpgp;

import java.io.IOException;
import java.util.List;

/** Finds the key of a message. */
interface SessionKeys {

    /**
     * Finds the session key.
     *
     * @param packets the contents of the packets that hold it, each encrypted to another key
     * @throws DecryptionException if none of them can be decrypted here
     * @throws org.walarchive.core.codec.CorruptStreamException if they are damaged
     */
    SessionKey find(List<byte[]> packets) throws IOException;
}
