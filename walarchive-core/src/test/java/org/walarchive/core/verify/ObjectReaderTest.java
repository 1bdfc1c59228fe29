package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.Compression;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.store.ArchiveFixture;

class ObjectReaderTest {

    private static final ProgressMeter UNHEARD = new ProgressMeter(Optional.empty());

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final AtomicReference<InputStream> given = new AtomicReference<>();

    @AfterEach
    void drop() {
        fixture.drop();
    }

    private ObjectReader reader(String compression) throws IOException {
        byte[] plain = new byte[100_000];
        try (InputStream compressed =
                Codecs.of(Compression.parse(compression)).compress(new ByteArrayInputStream(plain))) {
            fixture.put("x", compressed.readAllBytes());
        }
        return new ObjectReader(fixture.archive(compression));
    }

    /** The memory of native code that nobody closes is never freed. */
    @ParameterizedTest
    @ValueSource(strings = {"lzo", "lz4", "zstd"})
    void whatWasReadIsClosed(String compression) throws Exception {
        String extension = compression.equals("zstd") ? "zst" : compression;
        ObjectReader.Seen<byte[]> seen = reader(compression)
                .read("x", extension, ObjectReader.Digest.SHA_256, UNHEARD.part(0, 0), plain -> {
                    given.set(plain);
                    return plain.readNBytes(10);
                });

        assertArrayEquals(new byte[10], seen.result());
        assertThrows(IOException.class, () -> given.get().read());
    }

    @Test
    void whatCouldNotBeReadIsClosed() throws Exception {
        ObjectReader reader = reader("zstd");

        assertThrows(
                ObjectReader.Fault.class,
                () -> reader.read("x", "zst", ObjectReader.Digest.NONE, UNHEARD.part(0, 0), plain -> {
                    given.set(plain);
                    throw new CorruptArchiveException("not a tar archive", null, null);
                }));
        assertThrows(IOException.class, () -> given.get().read());
    }

    @Test
    void forWantOfALibraryNothingIsDamaged() throws Exception {
        ObjectReader reader = reader("zstd");

        ObjectReader.Fault fault = assertThrows(
                ObjectReader.Fault.class,
                () -> reader.read("x", "zst", ObjectReader.Digest.NONE, UNHEARD.part(0, 0), plain -> {
                    throw new MissingLibraryException("brotli", "org.brotli:dec", new NoClassDefFoundError("x"));
                }));
        assertTrue(fault.text().startsWith("it is not readable here: "), fault.text());
        assertEquals(
                "It may be whole. Put org.brotli:dec on the class path.",
                fault.hint().orElseThrow());
        assertEquals(ObjectReader.Kind.NO_LIBRARY, fault.kind());
    }
}
