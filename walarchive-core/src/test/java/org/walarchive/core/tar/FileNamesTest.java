package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.walarchive.LocalFileException;

class FileNamesTest {

    private static final Path DIRECTORY = Path.of("/data");

    @Test
    void asciiIsTheSameInEveryLocale() throws LocalFileException {
        for (Charset charset : List.of(StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1)) {
            assertEquals("base", new FileNames(charset).text(Path.of("base"), DIRECTORY));
            assertEquals(Path.of("/data/base/1"), new FileNames(charset).resolve(DIRECTORY, "base/1"));
        }
    }

    @Test
    void otherNamesNeedUtf8() {
        for (Charset charset : List.of(StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1)) {
            FileNames names = new FileNames(charset);
            LocalFileException reading =
                    assertThrows(LocalFileException.class, () -> names.text(Path.of("été"), DIRECTORY));
            LocalFileException writing = assertThrows(LocalFileException.class, () -> names.resolve(DIRECTORY, "été"));

            assertTrue(reading.getMessage().contains("/data"));
            assertTrue(reading.hint().orElseThrow().contains("LC_ALL"));
            assertTrue(writing.getMessage().contains("été"));
        }
    }

    @Test
    void nulIsNoName() {
        assertThrows(LocalFileException.class, () -> new FileNames(StandardCharsets.UTF_8).resolve(DIRECTORY, "a\0b"));
    }
}
