package org.walarchive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.Compression.Method;

final class CompressionTest {

    @ParameterizedTest
    @CsvSource({"lzo, LZO", "lz4, LZ4", "zstd, ZSTD"})
    void readsMethods(String text, Method method) {
        assertEquals(new Compression(method, OptionalInt.empty()), Compression.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"lzo:2, LZO, 2", "lzo:6, LZO, 6", "lz4:1, LZ4, 1", "zstd:1, ZSTD, 1", "zstd:19, ZSTD, 19"})
    void readsLevels(String text, Method method, int level) {
        assertEquals(new Compression(method, OptionalInt.of(level)), Compression.parse(text));
        assertEquals(text, Compression.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "lzop",
                "LZO",
                "zst",
                "zstd ",
                "zstd:",
                "zstd:0",
                "zstd:20",
                "zstd:-1",
                "zstd:+3",
                "zstd:1:2",
                "lzo:1",
                "lzo:7",
                "lz4:0",
                "lz4:2",
                "zstd:9999999999",
                ":3",
                "lz4:１"
            })
    void refusesAllElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> Compression.parse(text));
    }

    @Test
    void extensionsAreThoseOfTheFormat() {
        assertEquals("lzo", Method.LZO.extension());
        assertEquals("lz4", Method.LZ4.extension());
        assertEquals("zst", Method.ZSTD.extension());
    }

    @Property(tries = 500)
    void whatIsReadIsWrittenAgain(@ForAll Method method, @ForAll int level) {
        Compression plain = new Compression(method, OptionalInt.empty());
        assertEquals(plain, Compression.parse(plain.toString()));
        try {
            Compression levelled = new Compression(method, OptionalInt.of(level));
            assertEquals(levelled, Compression.parse(levelled.toString()));
        } catch (IllegalArgumentException e) {
            assertThrows(IllegalArgumentException.class, () -> Compression.parse(plain + ":" + level));
        }
    }
}
