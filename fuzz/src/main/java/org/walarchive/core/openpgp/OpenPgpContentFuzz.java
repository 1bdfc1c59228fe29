package org.walarchive.core.openpgp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.walarchive.core.codec.CorruptStreamException;

/** Reads any bytes as what a message holds: packets that somebody encrypted who knows the public key. */
public final class OpenPgpContentFuzz {

    private static final byte[] KEY = new byte[32];
    private static final SessionKeys KEYS = packets -> new SessionKey(SessionKey.AES_256, KEY);
    private static final int MOST_BYTES = 4 << 20;
    private static final byte[] LITERAL_HEAD = {'b', 0, 0, 0, 0, 0};

    private OpenPgpContentFuzz() {}

    /** Always the same, so that a finding can be repeated. */
    private static final class NoRandom extends SecureRandom {
        private static final long serialVersionUID = 1;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 7);
        }
    }

    /** Reads the input; the content of what is accepted comes back when it is written. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        byte[] message = encrypt(new ByteArrayInputStream(input));
        Optional<byte[]> content = read(message);
        if (content.isPresent()) {
            InputStream literal = new PacketWriter(
                    new byte[0], PacketTag.LITERAL, LITERAL_HEAD, new ByteArrayInputStream(content.get()));
            byte[] again = read(encrypt(literal)).orElseThrow(() -> new AssertionError("what was written is refused"));
            if (!Arrays.equals(again, content.get())) {
                throw new AssertionError("what was written is read as something else");
            }
            requireSealed(message, content.get(), input);
        }
    }

    private static byte[] encrypt(InputStream packets) throws IOException {
        try (InputStream stream = new PacketWriter(
                new byte[0],
                PacketTag.INTEGRITY_PROTECTED,
                new byte[] {1},
                new MdcWriter(packets, KEY, new NoRandom()))) {
            return stream.readAllBytes();
        }
    }

    private static Optional<byte[]> read(byte[] message) throws IOException {
        try (InputStream stream = new MessageReader(new ByteArrayInputStream(message), KEYS)) {
            byte[] content = stream.readNBytes(MOST_BYTES);
            return content.length == MOST_BYTES ? Optional.empty() : Optional.of(content);
        } catch (CorruptStreamException e) {
            return Optional.empty();
        }
    }

    /** Flips a bit that depends on the input. */
    private static void requireSealed(byte[] message, byte[] content, byte[] input) throws IOException {
        int at = Math.floorMod(Arrays.hashCode(input), message.length);
        message[at] ^= (byte) (1 << (at & 7));
        Optional<byte[]> changed = read(message);
        if (changed.isPresent() && !Arrays.equals(changed.get(), content)) {
            throw new AssertionError("a changed message is accepted");
        }
    }
}
