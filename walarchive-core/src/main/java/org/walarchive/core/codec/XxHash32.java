package org.walarchive.core.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * XXH32 with seed 0, as the LZ4 frame format has it: {@code doc/xxhash_spec.md} of xxHash 0.8. Commons Codec's reads byte by
 * byte, and took as long as the compressor does.
 */
final class XxHash32 {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int PRIME_1 = 0x9E3779B1;
    private static final int PRIME_2 = 0x85EBCA77;
    private static final int PRIME_3 = 0xC2B2AE3D;
    private static final int PRIME_4 = 0x27D4EB2F;
    private static final int PRIME_5 = 0x165667B1;
    private static final int STRIPE_BYTES = 16;

    /** A method that is called often is compiled earlier than one that loops for long. */
    private static final int PIECE_BYTES = 256 * STRIPE_BYTES;

    private int lane1 = PRIME_1 + PRIME_2;
    private int lane2 = PRIME_2;
    private int lane3;
    private int lane4 = -PRIME_1;

    /** What does not fill a stripe yet. */
    private final byte[] rest = new byte[STRIPE_BYTES];

    private int restLength;
    private long length;

    static int of(byte[] bytes, int offset, int length) {
        XxHash32 hash = new XxHash32();
        hash.update(bytes, offset, length);
        return hash.value();
    }

    void update(byte[] bytes, int offset, int count) {
        length += count;
        int position = offset;
        int end = offset + count;
        if (restLength > 0) {
            int taken = Math.min(count, STRIPE_BYTES - restLength);
            System.arraycopy(bytes, position, rest, restLength, taken);
            restLength += taken;
            position += taken;
            if (restLength == STRIPE_BYTES) {
                stripes(rest, 0, STRIPE_BYTES);
                restLength = 0;
            }
        }
        int stripesEnd = position + (end - position) / STRIPE_BYTES * STRIPE_BYTES;
        while (position < stripesEnd) {
            int to = Math.min(stripesEnd, position + PIECE_BYTES);
            stripes(bytes, position, to);
            position = to;
        }
        if (position < end) {
            restLength = end - position;
            System.arraycopy(bytes, position, rest, 0, restLength);
        }
    }

    private void stripes(byte[] bytes, int from, int to) {
        int a = lane1;
        int b = lane2;
        int c = lane3;
        int d = lane4;
        for (int i = from; i < to; i += STRIPE_BYTES) {
            a = round(a, (int) INT.get(bytes, i));
            b = round(b, (int) INT.get(bytes, i + 4));
            c = round(c, (int) INT.get(bytes, i + 8));
            d = round(d, (int) INT.get(bytes, i + 12));
        }
        lane1 = a;
        lane2 = b;
        lane3 = c;
        lane4 = d;
    }

    private static int round(int lane, int input) {
        return Integer.rotateLeft(lane + input * PRIME_2, 13) * PRIME_1;
    }

    /** Returns the hash of what was given so far. */
    int value() {
        int hash = length < STRIPE_BYTES
                ? PRIME_5
                : Integer.rotateLeft(lane1, 1)
                        + Integer.rotateLeft(lane2, 7)
                        + Integer.rotateLeft(lane3, 12)
                        + Integer.rotateLeft(lane4, 18);
        hash += (int) length;
        int i = 0;
        for (; i + 4 <= restLength; i += 4) {
            hash = Integer.rotateLeft(hash + (int) INT.get(rest, i) * PRIME_3, 17) * PRIME_4;
        }
        for (; i < restLength; i++) {
            hash = Integer.rotateLeft(hash + (rest[i] & 0xff) * PRIME_5, 11) * PRIME_1;
        }
        hash = (hash ^ hash >>> 15) * PRIME_2;
        hash = (hash ^ hash >>> 13) * PRIME_3;
        return hash ^ hash >>> 16;
    }
}
