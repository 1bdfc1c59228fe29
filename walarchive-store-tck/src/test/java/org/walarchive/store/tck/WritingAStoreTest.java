package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What docs/writing-a-store.md shows is what is compiled and run here. */
final class WritingAStoreTest {

    private static final Path SOURCES = Path.of("src/test/java/org/walarchive/store/tck");

    @Test
    void theSkeletonCompiles() throws IOException {
        assertShown("SkeletonStore.java", "quotes from here\n");
    }

    @Test
    void theLeafOfTheContractRuns() throws IOException {
        assertShown("MemoryBlobStoreTest.java", "StoreSettings;\n\n");
    }

    private static void assertShown(String file, String after) throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        String shown = "```java\n" + source.substring(source.indexOf(after) + after.length()) + "```\n";
        assertTrue(Files.readString(Path.of("../docs/writing-a-store.md")).contains(shown), shown);
    }
}
