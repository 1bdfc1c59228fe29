package org.walarchive.core.openpgp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Combines bytes with a keystream, eight at once: byte by byte this takes a third of the time of all encryption. */
final class Keystream {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Keystream() {}

    /** Puts the exclusive or of input and keystream, whose first byte is for the first of the input, into the output. */
    static void apply(byte[] keystream, byte[] input, int from, int length, byte[] output, int at) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            LONGS.set(output, at + i, (long) LONGS.get(input, from + i) ^ (long) LONGS.get(keystream, i));
        }
        for (; i < length; i++) {
            output[at + i] = (byte) (input[from + i] ^ keystream[i]);
        }
    }
}
