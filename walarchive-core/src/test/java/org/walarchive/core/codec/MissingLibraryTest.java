package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The codecs where a library is absent that core can do without. */
final class MissingLibraryTest {

    /** Has the codecs of its own, so that they are linked anew, and none of the optional libraries. */
    private static final class Without extends ClassLoader {

        Without() {
            super(MissingLibraryTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.matches("(org\\.tukaani|org\\.brotli|com\\.github\\.luben)\\..*")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("org.walarchive.core.codec.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static InputStream decompress(String extension, byte[] content) throws ReflectiveOperationException {
        Class<?> codecs = new Without().loadClass(Codecs.class.getName());
        Object decoder =
                ((Optional<?>) codecs.getMethod("forExtension", String.class).invoke(null, extension)).orElseThrow();
        Method method = decoder.getClass()
                .getClassLoader()
                .loadClass(Decoder.class.getName())
                .getMethod("decompress", InputStream.class);
        return (InputStream) method.invoke(decoder, new ByteArrayInputStream(content));
    }

    @ParameterizedTest
    @CsvSource({"br, org.brotli:dec", "lzma, org.tukaani:xz"})
    void isNamedWhenSomethingIsRead(String extension, String library) throws Exception {
        try (InputStream stream = decompress(extension, new byte[20])) {
            IOException e = assertThrows(IOException.class, stream::read);
            assertEquals(MissingLibraryException.class.getName(), e.getClass().getName());
            assertTrue(e.getMessage().contains("it needs " + library + " on the class path"), e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"lzo", "lz4", "zst", "''"})
    void theRestWorksWithout(String extension) throws Exception {
        try (InputStream stream = decompress(extension, new byte[0])) {
            if (extension.isEmpty()) {
                assertEquals(-1, stream.read());
            } else {
                assertEquals(
                        CorruptStreamException.class.getName(),
                        assertThrows(IOException.class, stream::read).getClass().getName());
            }
        }
    }
}
