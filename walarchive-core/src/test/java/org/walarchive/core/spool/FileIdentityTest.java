package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class FileIdentityTest {

    @TempDir
    Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void isWhatStatPrints() throws Exception {
        Path file = Files.write(directory.resolve("f"), new byte[12345]);
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        for (String modified :
                new String[] {"2026-11-21T14:00:00Z", "2026-11-21T14:00:00.000000001Z", "1970-01-01T00:00:00Z"}) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse(modified)));
            assertEquals(stat(file), FileIdentity.of(file).toString());
            assertEquals(stat(file), FileIdentity.of(link).toString());
        }
    }

    private static String stat(Path file) throws Exception {
        Process process = new ProcessBuilder("stat", "-L", "-c", "%d:%i:%s:%.9Y:%.9Z", file.toString()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals(0, process.waitFor());
        return output.stripTrailing();
    }

    @Test
    void numbersAreUnsigned() {
        Instant epoch = Instant.EPOCH;
        assertEquals(
                "1:18446744073709551615:0:0.000000000:0.000000007",
                new FileIdentity(1, -1, 0, epoch, epoch.plusNanos(7)).toString());
    }

    @Test
    void ofNoFileThereIsNone() {
        assertThrows(IOException.class, () -> FileIdentity.of(directory.resolve("absent")));
    }
}
