package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** What every codec promises. */
abstract class CodecContract {

    abstract Codec codec();

    /** Sizes at which this codec's writer does something else. */
    abstract Integer[] boundarySizes();

    @Provide
    Arbitrary<byte[]> contents() {
        Arbitrary<Integer> sizes = Arbitraries.oneOf(
                Arbitraries.of(boundarySizes()),
                Arbitraries.integers().between(0, 300),
                Arbitraries.integers().between(0, 700_000));
        return Combinators.combine(Arbitraries.of(Content.Kind.values()), sizes, Arbitraries.longs())
                .as(Content::of);
    }

    @Provide
    Arbitrary<byte[]> smallContents() {
        return Combinators.combine(
                        Arbitraries.of(Content.Kind.values()),
                        Arbitraries.integers().between(0, 2000),
                        Arbitraries.longs())
                .as(Content::of);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void whatIsCompressedComesBack(@ForAll("contents") byte[] plain, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] compressed;
        try (InputStream in = codec().compress(Content.trickle(plain, random))) {
            compressed = Content.readInPieces(in, random);
            assertEquals(-1, in.read());
        }
        try (InputStream in = codec().decompress(Content.trickle(compressed, random))) {
            assertArrayEquals(plain, Content.readInPieces(in, random));
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[1], 0, 1));
        }
    }

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void equalContentGivesEqualBytes(@ForAll("contents") byte[] plain) throws IOException {
        assertArrayEquals(Content.compress(codec(), plain), Content.compress(codec(), plain));
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void anyTruncationOfASmallStreamFails(@ForAll("smallContents") byte[] plain) throws IOException {
        byte[] compressed = Content.compress(codec(), plain);
        for (int length = 0; length < compressed.length; length++) {
            byte[] cut = Content.cut(compressed, length);
            assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), cut), "cut at " + length);
        }
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void aTruncationFails(@ForAll("contents") byte[] plain, @ForAll long seed) throws IOException {
        byte[] compressed = Content.compress(codec(), plain);
        int length = new Random(seed).nextInt(compressed.length);
        byte[] cut = Content.cut(compressed, length);
        assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), cut), "cut at " + length);
    }

    @Property(tries = 2, shrinking = ShrinkingMode.OFF)
    void anyFlippedBitOfASmallStreamIsHarmlessOrFails(@ForAll("smallContents") byte[] plain) throws IOException {
        byte[] compressed = Content.compress(codec(), plain);
        for (int bit = 0; bit < compressed.length * 8; bit++) {
            assertHarmlessOrFails(plain, compressed, bit);
        }
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void aFlippedBitIsHarmlessOrFails(@ForAll("contents") byte[] plain, @ForAll long seed) throws IOException {
        byte[] compressed = Content.compress(codec(), plain);
        assertHarmlessOrFails(plain, compressed, new Random(seed).nextInt(compressed.length * 8));
    }

    private void assertHarmlessOrFails(byte[] plain, byte[] compressed, int bit) throws IOException {
        byte[] read;
        try {
            read = Content.decompress(codec(), Content.flip(compressed, bit));
        } catch (CorruptStreamException expected) {
            return;
        }
        assertArrayEquals(plain, read, "bit " + bit + " flipped");
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void otherBytesBehindTheStreamFail(@ForAll("smallContents") byte[] plain, @ForAll long seed) throws IOException {
        byte[] compressed = Content.compress(codec(), plain);
        Random random = new Random(seed);
        byte[] garbage = new byte[1 + random.nextInt(100)];
        if (random.nextBoolean()) {
            random.nextBytes(garbage);
        }
        byte[] both = Content.concat(compressed, garbage);
        assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), both));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void garbageFails(@ForAll byte[] garbage) {
        assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), garbage));
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void garbageBehindAGoodBeginningFails(@ForAll("smallContents") byte[] plain, @ForAll long seed) throws IOException {
        byte[] compressed = Content.compress(codec(), plain);
        Random random = new Random(seed);
        byte[] garbage = new byte[random.nextInt(3000)];
        random.nextBytes(garbage);
        byte[] both = Content.concat(Content.cut(compressed, random.nextInt(compressed.length)), garbage);
        assertThrows(CorruptStreamException.class, () -> Content.decompress(codec(), both));
    }

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void twoStreamsInSequenceAreOne(@ForAll("smallContents") byte[] one, @ForAll("smallContents") byte[] two)
            throws IOException {
        byte[] both = Content.concat(Content.compress(codec(), one), Content.compress(codec(), two));
        assertArrayEquals(Content.concat(one, two), Content.decompress(codec(), both));
    }

    @Example
    void aFailureOfTheSourcePassesThroughAndStays() throws IOException {
        IOException failure = new IOException("connection reset");
        byte[] plain = Content.of(Content.Kind.MIXED, 600_000, 3);
        byte[] compressed = Content.compress(codec(), plain);
        byte[] half = Content.cut(compressed, compressed.length / 2);
        try (InputStream in = codec().decompress(failingAfter(half, failure))) {
            assertSame(failure, assertThrows(IOException.class, in::readAllBytes));
            assertSame(failure, assertThrows(IOException.class, in::read));
        }
        try (InputStream in = codec().compress(failingAfter(plain, failure))) {
            assertSame(failure, assertThrows(IOException.class, in::readAllBytes));
            assertSame(failure, assertThrows(IOException.class, in::read));
        }
    }

    @Example
    void aCorruptStreamNeverEndsQuietlyLater() throws IOException {
        byte[] compressed = Content.compress(codec(), new byte[1000]);
        try (InputStream in = codec().decompress(new ByteArrayInputStream(Content.cut(compressed, 30)))) {
            assertThrows(CorruptStreamException.class, in::readAllBytes);
            assertThrows(CorruptStreamException.class, in::read);
        }
    }

    @Example
    void aRuntimeFailureOfTheSourceDoesNotBecomeAnEnd() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("broken");
            }
        };
        try (InputStream in = codec().compress(broken)) {
            assertThrows(IllegalStateException.class, in::readAllBytes);
            assertThrows(IOException.class, in::readAllBytes);
        }
    }

    @Example
    void closeClosesTheSourceOnce() throws IOException {
        AtomicInteger closed = new AtomicInteger();
        InputStream source = new FilterInputStream(new ByteArrayInputStream(new byte[10])) {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        InputStream compressing = codec().compress(source);
        assertTrue(compressing.read() >= 0);
        compressing.close();
        compressing.close();
        assertEquals(1, closed.get());
        assertThrows(IOException.class, compressing::read);
        InputStream decompressing = codec().decompress(source);
        decompressing.close();
        decompressing.close();
        assertEquals(2, closed.get());
        assertThrows(IOException.class, decompressing::read);
    }

    private static InputStream failingAfter(byte[] bytes, IOException failure) {
        return new SequenceInputStream(new ByteArrayInputStream(bytes), new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        });
    }
}
