package org.walarchive.core.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a client sends: a type, the length of the whole message in two bytes, the greater first, and a body.
 *
 * @param type one of the constants, or anything
 * @param body what follows the three bytes of the head
 */
record Message(byte type, byte[] body) {

    /** Is there somebody? The body means nothing. */
    static final byte CHECK = 'C';

    /** Archive the file that the body names. */
    static final byte PUSH = 'F';

    /** Fetch; the body is {@link FetchArguments}. */
    static final byte FETCH = 'f';

    /** Tell how you are; ours, and not in WAL-G. The answer's byte is followed by {@link StatusText}. */
    static final byte STATUS = 'S';

    /** Tell how fast base backups may read, or take another limit; ours, too. The body and what follows the answer's byte are {@link ReadRateText}. */
    static final byte READ_RATE = 'L';

    private static final int HEAD_BYTES = 3;

    /** Returns what a client sends. */
    static byte[] bytes(byte type, String body) {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        int total = HEAD_BYTES + text.length;
        return ByteBuffer.allocate(total)
                .put(type)
                .putShort((short) total)
                .put(text)
                .array();
    }

    /** Reads the rest of a message whose type was read. */
    static Message read(byte type, InputStream stream) throws IOException {
        byte[] length = stream.readNBytes(2);
        if (length.length < 2) {
            throw new MalformedMessageException("the message ends in its head");
        }
        int total = (length[0] & 0xFF) << 8 | length[1] & 0xFF;
        if (total < HEAD_BYTES) {
            throw new MalformedMessageException("the message says it has " + total + " bytes");
        }
        byte[] body = stream.readNBytes(total - HEAD_BYTES);
        if (body.length < total - HEAD_BYTES) {
            throw new MalformedMessageException(
                    "the message says it has " + total + " bytes, and ends after " + (HEAD_BYTES + body.length));
        }
        return new Message(type, body);
    }
}
