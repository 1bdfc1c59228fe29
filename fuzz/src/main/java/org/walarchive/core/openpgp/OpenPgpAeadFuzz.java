package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.walarchive.core.codec.CorruptStreamException;

/** Reads any bytes as a message with authenticated chunks, of each cipher. */
public final class OpenPgpAeadFuzz {

    private OpenPgpAeadFuzz() {}

    /** Reads what follows the first byte, which is the cipher: nothing is accepted that was not made with the key. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        int cipher = input[0] & 0x0f;
        SessionKeys keys = packets -> new SessionKey(cipher, new byte[cipher == 7 ? 16 : cipher == 8 ? 24 : 32]);
        ByteArrayInputStream message = new ByteArrayInputStream(input, 1, input.length - 1);
        try (InputStream stream = new MessageReader(message, keys)) {
            if (stream.readAllBytes().length > input.length) {
                throw new AssertionError("it has more content than bytes");
            }
        } catch (CorruptStreamException | DecryptionException e) {
            // as it should be, unless the fuzzer knows the key
        }
    }
}
