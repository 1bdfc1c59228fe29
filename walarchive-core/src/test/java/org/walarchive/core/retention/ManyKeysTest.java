package org.walarchive.core.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ManyKeysTest {

    private static final int OBJECTS = 1_000_000;

    @Test
    void aMillionObjectsArePlannedAndDeletedIn256MebibytesOfHeap() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyKeys.class.getName(),
                        Integer.toString(OBJECTS)))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        int going = (int) ((long) OBJECTS * 100 / 101) - 1;
        assertTrue(output.contains("deleted=" + (going + 99 * 4) + " left=" + (OBJECTS - going) + " "), output);
        System.out.print(output);
    }
}
