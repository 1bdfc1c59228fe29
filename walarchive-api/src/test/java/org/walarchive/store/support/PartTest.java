package org.walarchive.store.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.walarchive.store.BlobSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

final class PartTest {

    /** A source of some bytes that declares a length, true or not. */
    private record Declared(byte[] bytes, long length) implements BlobSource {

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public OptionalLong sizeBytes() {
            return OptionalLong.of(length);
        }
    }

    @Property(tries = 100)
    void bytesAreKept(@ForAll @Size(max = 70_000) byte[] content, @ForAll @IntRange(min = 1, max = 80_000) int limit)
            throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(content);
        PartBuffer all = new PartBuffer();
        boolean ended = false;
        while (!ended) {
            PartBuffer part = new PartBuffer();
            ended = part.fill(in, limit);
            assertEquals(ended, part.size() < limit);
            all.append(part);
        }
        assertEquals(content.length, all.size());
        assertArrayEquals(content, all.stream().readAllBytes());
        assertArrayEquals(content, all.stream().readAllBytes(), "a second time");
        assertFalse(in.read() >= 0);
    }

    @Example
    void aSourceIsHeldToTheLengthThatItDeclares() throws IOException {
        try (PartReader reader = new PartReader("k", new Declared(new byte[5], 5))) {
            assertEquals(3, reader.next(3).size());
            assertFalse(reader.ended());
            assertEquals(2, reader.next(3).size());
            assertTrue(reader.ended());
        }
        for (long declared : new long[] {4, 6}) {
            try (PartReader reader = new PartReader("k", new Declared(new byte[5], declared))) {
                StoreException failure = assertThrows(StoreException.class, () -> reader.next(100));
                assertEquals(Kind.CORRUPT, failure.kind());
                assertEquals(
                        "source of k declared " + declared + " bytes and gave " + (declared == 4 ? "more" : "only 5"),
                        failure.getMessage());
            }
        }
    }

    @Example
    void anInterruptEndsTheReading() throws IOException {
        Thread.currentThread().interrupt();
        try (PartReader reader = new PartReader("k", BlobSource.of(new byte[5]))) {
            assertEquals(
                    Kind.INTERRUPTED,
                    assertThrows(StoreException.class, () -> reader.next(100)).kind());
        } finally {
            assertTrue(Thread.interrupted());
        }
    }
}
