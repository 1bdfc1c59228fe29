package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreeSpaceTest {

    @TempDir
    private Path directory;

    @Test
    void ofADirectoryThatIsNotThereItIsThatAboveIt() throws IOException {
        long free = FreeSpace.at(directory.resolve("a/b/c")).orElseThrow();
        assertTrue(free > 0 && free <= Files.getFileStore(directory).getTotalSpace(), () -> "free " + free);
    }

    @Test
    void aFileSystemOfItsOwnIsAsked() throws IOException {
        assertEquals(
                OptionalLong.of(Files.getFileStore(Path.of("/proc")).getUsableSpace()),
                FreeSpace.at(Path.of("/proc/none/such")));
    }
}
