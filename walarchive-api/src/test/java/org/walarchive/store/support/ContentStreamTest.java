package org.walarchive.store.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

class ContentStreamTest {

    /** A service whose checksum is the sum of all bytes. */
    private static final class Summed extends ContentStream {

        private final InputStream in;
        private final int expected;
        private int sum;
        private int releases;
        private boolean complete;

        Summed(byte[] bytes, long declared, int expected) {
            super("cannot read k", declared);
            this.in = new ByteArrayInputStream(bytes);
            this.expected = expected;
        }

        @Override
        protected int fetch(byte[] target, int offset, int length) throws IOException {
            int n = in.read(target, offset, length);
            if (n > 0 && target[offset] == 99) {
                throw new IOException("reset");
            }
            return n;
        }

        @Override
        protected void update(byte[] bytes, int offset, int length) {
            for (int i = 0; i < length; i++) {
                sum += bytes[offset + i];
            }
        }

        @Override
        protected @Nullable String fault() {
            return sum == expected ? null : "the sum is " + sum;
        }

        @Override
        protected StoreException failed(String action, IOException cause) {
            return new StoreException(Kind.UNAVAILABLE, action + ": " + cause.getMessage(), "wait", cause);
        }

        @Override
        protected void release(boolean all) {
            complete = all;
            releases++;
        }
    }

    private static int sum(byte[] bytes) {
        int sum = 0;
        for (byte each : bytes) {
            sum += each;
        }
        return sum;
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i % 90);
        }
        return bytes;
    }

    @Property(tries = 50)
    void whatIsSoundIsRead(@ForAll @IntRange(max = 9000) int size, @ForAll long seed) throws IOException {
        byte[] bytes = bytes(size);
        Summed stream = new Summed(bytes, size, sum(bytes));
        byte[] read = new byte[size];
        Random random = new Random(seed);
        for (int at = 0; at < size; ) {
            int n = stream.read(read, at, 1 + random.nextInt(size - at));
            assertTrue(n > 0);
            at += n;
        }
        assertEquals(-1, stream.read());
        assertEquals(-1, stream.read());
        assertArrayEquals(bytes, read);
        stream.close();
        stream.close();
        assertTrue(stream.complete);
        assertEquals(1, stream.releases);
        assertThrows(IOException.class, stream::read);
    }

    @Example
    void aWrongChecksumIsFoundBeforeTheLastBytesAreGiven() throws IOException {
        Summed stream = new Summed(bytes(10), 10, 1);
        assertEquals(9, stream.read(new byte[9]));
        fails(stream, Kind.CORRUPT, "cannot read k: the sum is 45");
        fails(stream, Kind.CORRUPT, "cannot read k: the sum is 45");
        stream.close();
        assertFalse(stream.complete);
    }

    @Example
    void aWrongChecksumOfNothingIsFound() {
        fails(new Summed(new byte[0], 0, 1), Kind.CORRUPT, "cannot read k: the sum is 0");
    }

    @Example
    void anotherLengthIsCorrupt() throws IOException {
        Summed tooShort = new Summed(bytes(4), 5, sum(bytes(4)));
        assertEquals(4, tooShort.read(new byte[9]));
        fails(tooShort, Kind.CORRUPT, "cannot read k: it should have 5 bytes, and 4 came");
        fails(
                new Summed(bytes(6), 5, sum(bytes(6))),
                Kind.CORRUPT,
                "cannot read k: it should have 5 bytes, and 6 came");
    }

    @Example
    void aFailureStays() {
        Summed stream = new Summed(new byte[] {99}, 1, 99);
        fails(stream, Kind.UNAVAILABLE, "cannot read k: reset");
        assertEquals(
                "wait",
                fails(stream, Kind.UNAVAILABLE, "cannot read k: reset").hint().orElseThrow());
    }

    @Example
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        fails(new Summed(bytes(4), 4, 6), Kind.INTERRUPTED, "cannot read k: interrupted");
        assertTrue(Thread.interrupted(), "the flag stays");
    }

    private static StoreException fails(Summed stream, Kind kind, String message) {
        StoreException failure = assertThrows(StoreException.class, () -> stream.read(new byte[20]));
        assertEquals(kind, failure.kind());
        assertEquals(message, failure.getMessage());
        return failure;
    }
}
