package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ConfigurationException;
import org.walarchive.core.store.CountingStream;

/** However long a content is, little of it is held: what was read in is never far ahead of what was delivered. */
final class StreamingTest {

    private static final long CONTENT_BYTES = 48L << 20;
    private static final long MOST_HELD_BYTES = 1 << 20;

    /** As many zeros as were asked for. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long length) {
            left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return length == 0 ? 0 : -1;
            }
            int n = (int) Math.min(left, length);
            left -= n;
            return n;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "cv25519"})
    void holdsLittle(String key) throws IOException, ConfigurationException {
        CountingStream content = new CountingStream(new Zeros(CONTENT_BYTES));
        CountingStream message = new CountingStream(
                new OpenPgp(Keys.to(key)).encryptor().orElseThrow().encrypt(content));
        long read = 0;
        byte[] buffer = new byte[8192];
        try (InputStream plain = new OpenPgp(Keys.with(key)).decrypt(message)) {
            for (int n = plain.read(buffer); n >= 0; n = plain.read(buffer)) {
                read += n;
                assertTrue(
                        content.count() - message.count() < MOST_HELD_BYTES,
                        "encryption holds " + (content.count() - message.count()) + " bytes");
                assertTrue(
                        message.count() - read < MOST_HELD_BYTES,
                        "decryption holds " + (message.count() - read) + " bytes");
            }
        }
        assertEquals(CONTENT_BYTES, read);
    }
}
