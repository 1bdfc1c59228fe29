package org.walarchive.core.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.walarchive.Compression;

class CodecsTest {

    @Test
    void eachMethodHasItsCodecAndItsExtension() {
        for (Compression.Method method : Compression.Method.values()) {
            Codec codec = Codecs.of(new Compression(method, OptionalInt.empty()));
            assertEquals(method.extension(), codec.extension());
            assertEquals(
                    method.extension(),
                    Codecs.forExtension(method.extension()).orElseThrow().extension());
            assertTrue(Codecs.extensions().contains(method.extension()));
        }
        for (String suffix : Codecs.suffixes()) {
            assertTrue(Codecs.forExtension(suffix).isPresent());
            assertEquals(Codecs.extensions().contains(suffix), !suffix.matches("\\.?"));
        }
        assertEquals(List.of("lzo", "lz4", "zst", "br", "lzma"), Codecs.extensions());
        assertEquals(Optional.empty(), Codecs.forExtension("gz"));
    }

    @Test
    void theLevelOfZstdIsHonoured() throws IOException {
        byte[] plain = Content.of(Content.Kind.TEXT, 500_000, 1);
        int one = Content.compress(Codecs.of(Compression.parse("zstd:1")), plain).length;
        int three = Content.compress(Codecs.of(Compression.parse("zstd:3")), plain).length;
        int nineteen = Content.compress(Codecs.of(Compression.parse("zstd:19")), plain).length;
        int absent = Content.compress(Codecs.of(Compression.parse("zstd")), plain).length;
        assertEquals(absent, three);
        assertTrue(nineteen < three, nineteen + " < " + three);
        assertTrue(nineteen < one, nineteen + " < " + one);
    }

    @Test
    void lzoLoadsNothingOfTheOtherFormats() throws ReflectiveOperationException {
        RecordingLoader loader = new RecordingLoader(name -> name);
        roundTrip(loader, "lzo");
        assertTrue(loader.loaded.contains("io.airlift.compress.lzo.LzoCompressor"));
        assertTrue(loader.loaded.contains("io.airlift.compress.lzo.LzoDecompressor"));
        List<String> others = loader.loaded.stream()
                .filter(name -> name.matches("(?i).*(lz4|zst|luben|commons).*"))
                .toList();
        assertEquals(List.of(), others);
    }

    @Test
    void zstdAtItsDefaultLevelLoadsNoNativeLibrary() throws ReflectiveOperationException {
        RecordingLoader loader = new RecordingLoader(name -> name);
        roundTrip(loader, "zstd");
        assertTrue(loader.loaded.contains("io.airlift.compress.zstd.ZstdCompressor"));
        assertEquals(
                List.of(),
                loader.loaded.stream().filter(name -> name.contains("luben")).toList());
    }

    @Test
    void withoutZstdJniAnotherLevelFailsAtOnce() throws ReflectiveOperationException {
        RecordingLoader loader = new RecordingLoader(name -> name.contains("luben") ? "absent." + name : name);
        roundTrip(loader, "zstd");
        roundTrip(loader, "zstd:3");
        for (int attempt = 0; attempt < 2; attempt++) {
            InvocationTargetException e =
                    assertThrows(InvocationTargetException.class, () -> codecOf(loader, "zstd:19"));
            IllegalStateException failure = assertInstanceOf(IllegalStateException.class, e.getCause());
            assertNotNull(failure.getMessage());
            assertTrue(failure.getMessage().contains("zstd level 19 needs com.github.luben:zstd-jni"));
        }
    }

    @Test
    void withoutZstdJniALargeWindowIsNamed() throws ReflectiveOperationException {
        RecordingLoader loader = new RecordingLoader(name -> name.contains("luben") ? "absent." + name : name);
        // A frame without content that declares a window of 16 MiB.
        byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0x70, 1, 0, 0};
        Object codec = codecOf(loader, "zstd");
        InputStream in = (InputStream) open(codec, "decompress").invoke(codec, new ByteArrayInputStream(frame));
        IOException e = assertThrows(IOException.class, in::read);
        assertNotNull(e.getMessage());
        assertTrue(
                e.getMessage().contains("a window of 16777216 bytes needs com.github.luben:zstd-jni"), e.getMessage());
        assertEquals(MissingLibraryException.class.getName(), e.getClass().getName());
    }

    private static void roundTrip(ClassLoader loader, String compression) throws ReflectiveOperationException {
        Object codec = codecOf(loader, compression);
        InputStream plain = new ByteArrayInputStream(new byte[1000]);
        Object compressed = open(codec, "compress").invoke(codec, plain);
        try (InputStream in = (InputStream) open(codec, "decompress").invoke(codec, compressed)) {
            assertEquals(1000, in.readAllBytes().length);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Object codecOf(ClassLoader loader, String compression) throws ReflectiveOperationException {
        return loader.loadClass(Codecs.class.getName())
                .getMethod("of", Compression.class)
                .invoke(null, Compression.parse(compression));
    }

    private static Method open(Object codec, String method) throws ReflectiveOperationException {
        return codec.getClass()
                .getClassLoader()
                .loadClass(Codec.class.getName())
                .getMethod(method, InputStream.class);
    }

    /** Defines the codecs and their libraries anew and remembers which were asked for. */
    private static final class RecordingLoader extends ClassLoader {

        private final List<String> loaded = new ArrayList<>();
        private final UnaryOperator<String> rename;

        RecordingLoader(UnaryOperator<String> rename) {
            super(CodecsTest.class.getClassLoader());
            this.rename = rename;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.matches("(org\\.walarchive\\.core|io\\.airlift|com\\.github\\.luben|org\\.apache)\\..*")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String resource = rename.apply(name).replace('.', '/') + ".class";
            try (InputStream in = getParent().getResourceAsStream(resource)) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                loaded.add(name);
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
