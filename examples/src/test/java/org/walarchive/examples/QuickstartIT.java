package org.walarchive.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs what the README promises first, with PostgreSQL from Maven Central and this JDK. */
final class QuickstartIT {

    private static final Path ROOT = Path.of(System.getProperty("walarchive.root"));
    private static final Pattern FIRST_LINE =
            Pattern.compile("^# postgres \\(PostgreSQL\\) 18\\.\\S+, .* in (/\\S+)$", Pattern.MULTILINE);

    @Test
    void restoresToTheMomentBeforeTheMistakeAndLeavesNothing() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "examples/quickstart.sh").directory(ROOT.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("WALARCHIVE_QUICKSTART_POSTGRES", "central");
        // Maven is at it: a second one in the same directory would pull the jars from under it
        builder.environment().put("WALARCHIVE_QUICKSTART_BUILD", "never");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), output);
        List<String> lines = output.lines().toList();
        assertTrue(
                lines.get(lines.size() - 2)
                        .matches("accounts 100000, money 100000000, transfers [1-9][0-9]{3,}, checksum [0-9a-f]{32}"),
                output);
        assertEquals("quickstart: restored to the moment before the mistake", lines.get(lines.size() - 1), output);
        Matcher first = FIRST_LINE.matcher(output);
        assertTrue(first.find(), output);
        assertFalse(Files.exists(Path.of(first.group(1))), output);
    }
}
