package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.walarchive.core.codec.CorruptStreamException;

/** Reads any bytes as an encrypted message to keys that are there. */
public final class OpenPgpMessageFuzz {

    private static final SessionKeys KEYS = TestKeys.with("cv25519", "nistp256", "elgamal");
    private static final byte[] CONTENT = TestKeys.bytes("small.txt");
    private static final byte[] OUR_CONTENT = {'o', 'u', 'r', 's', '\n'};

    private OpenPgpMessageFuzz() {}

    /** Reads the input; what is accepted is what was encrypted, for nobody can change a message. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Optional<byte[]> content = read(input);
        if (content.isPresent() && !isOfTheCorpus(content.get())) {
            throw new AssertionError("a changed message is accepted");
        }
        if (content.isPresent() && !OpenPgp.isEncrypted(input)) {
            throw new AssertionError("it is a message, and does not look like one");
        }
        note(input, content.isPresent());
    }

    /** What was encrypted, in messages of gpg, of ours, and of authenticated chunks. */
    private static boolean isOfTheCorpus(byte[] content) {
        return Arrays.equals(content, CONTENT)
                || Arrays.equals(content, OUR_CONTENT)
                || Arrays.equals(content, new byte[5])
                || Arrays.equals(content, new byte[200]);
    }

    private static Optional<byte[]> read(byte[] input) throws IOException {
        try (InputStream stream = new MessageReader(new ByteArrayInputStream(input), KEYS)) {
            return Optional.of(stream.readAllBytes());
        } catch (CorruptStreamException | DecryptionException e) {
            return Optional.empty();
        }
    }

    private static void note(byte[] input, boolean accepted) throws IOException {
        try {
            OpenPgp.note(new ByteArrayInputStream(input));
        } catch (CorruptStreamException e) {
            if (accepted && Arrays.equals(read(input).orElseThrow(), OUR_CONTENT)) {
                throw new AssertionError("our own message has no note", e);
            }
        }
    }
}
