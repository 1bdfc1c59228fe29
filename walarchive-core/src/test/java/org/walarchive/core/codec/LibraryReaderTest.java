package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;

/** Brotli, by a stream of the brotli program's, and LZMA as WAL-G writes it: with an end marker, and no size in the header. */
final class LibraryReaderTest {

    private static final byte[] PLAIN = IntStream.range(0, 60)
            .mapToObj(i -> "segment " + i + " of timeline " + i % 3 + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.US_ASCII);

    /** {@code brotli -q 5 -w 22} of that. */
    private static final String BROTLI =
            "G9EFAERnk/yMQkhaWuCk2JIlyz/P2w5wynUPhxpKEFD4cYgbC2ehKRjk55tXZPyfmLzf+7sjr92KwspiUrdE"
                    + "YmkZWTkTpAlgBKIikalpaOV0mB2iRVKRyNQ0tHKiKnpUshJVSGRqGtqvxpNIJBKJRCKRSGQymUwmk8nkrQE=";

    private static byte[] stream(String extension) {
        if (extension.equals("br")) {
            return Base64.getDecoder().decode(BROTLI);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream lzma = new LZMAOutputStream(bytes, new LZMA2Options(0), -1)) {
            lzma.write(PLAIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] read(String extension, byte[] stored) throws IOException {
        return read(extension, new ByteArrayInputStream(stored));
    }

    private static byte[] read(String extension, InputStream stored) throws IOException {
        Decoder decoder = Codecs.forExtension(extension).orElseThrow();
        assertEquals(extension, decoder.extension());
        try (InputStream plain = decoder.decompress(stored)) {
            return plain.readAllBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "lzma"})
    void whatWasCompressedComesBack(String extension) throws IOException {
        assertArrayEquals(PLAIN, read(extension, stream(extension)));
        assertArrayEquals(PLAIN, read(extension, Content.trickle(stream(extension), new Random(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "lzma"})
    void aStreamThatEndsEarlyFails(String extension) {
        byte[] whole = stream(extension);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Content.cut(whole, length);
            assertThrows(CorruptStreamException.class, () -> read(extension, cut), "cut at " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "lzma"})
    void otherBytesBehindTheStreamFail(String extension) {
        for (int length : new int[] {1, 7, 5000, 200_000}) {
            byte[] both = Content.concat(stream(extension), new byte[length]);
            assertThrows(CorruptStreamException.class, () -> read(extension, both), length + " bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "lzma", "lz4", "zst", "lzo"})
    void whatIsEncryptedAsWalGDoesItIsToldSo(String extension) {
        byte[] encrypted = new byte[4000];
        new Random(4).nextBytes(encrypted);
        String message = assertThrows(CorruptStreamException.class, () -> read(extension, encrypted))
                .getMessage();
        assertTrue(message.contains("encrypted in a way that cannot be read here"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "lzma"})
    void aFailureOfTheSourcePasses(String extension) {
        IOException failure = new IOException("the line went dead");
        InputStream dying = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                throw failure;
            }
        };
        InputStream cut = new ByteArrayInputStream(Content.cut(stream(extension), 40));
        assertSame(
                failure, assertThrows(IOException.class, () -> read(extension, new SequenceInputStream(cut, dying))));
    }

    @Test
    void withoutTheLibraryItIsNamed() {
        InputStream stream = new LibraryReader("brotli", "org.brotli:dec", InputStream.nullInputStream(), in -> {
            throw new NoClassDefFoundError("org/brotli/dec/BrotliInputStream");
        });
        String message =
                assertThrows(MissingLibraryException.class, stream::read).getMessage();
        assertTrue(message.contains("needs org.brotli:dec on the class path"), message);
    }

    @Test
    void aDictionaryOfGigabytesIsRefused() {
        byte[] header = {0x5d, 0, 0, 0, 0x40, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0};
        assertThrows(CorruptStreamException.class, () -> read("lzma", header));
    }
}
