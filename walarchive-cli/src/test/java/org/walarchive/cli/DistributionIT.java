package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The distribution as it is built, with the Java that runs the tests. */
@Timeout(60)
final class DistributionIT {

    private static final Path SCRIPT =
            Path.of("target/walarchive/bin/walarchive").toAbsolutePath();

    @TempDir
    private Path directory;

    private record Run(int code, String out, String err) {}

    private Run run(Map<String, String> variables, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(SCRIPT.toString()));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it hangs");
        return new Run(process.exitValue(), out, Files.readString(directory.resolve("err")));
    }

    @Test
    void version() throws IOException, InterruptedException {
        Run run = run(Map.of(), "version");
        assertEquals(0, run.code(), run.err());
        assertEquals(1, run.out().lines().count(), run.out());
        assertFalse(run.out().contains("$"), run.out());
        assertEquals("", run.err());
    }

    @ParameterizedTest
    @CsvSource({
        "wal-push x,2",
        "wal-fetch 000000010000000000000001 x,255",
        "wal-fetch,255",
        "wal-fetch -h,0",
        "backup-list,2",
        "wal-fetsch a b,127",
        "--terse,127",
        "delete everything,2",
    })
    void withoutAnArchive(String words, int code) throws IOException, InterruptedException {
        assertEquals(code, run(Map.of(), words.split(" ")).code());
    }

    @ParameterizedTest
    @CsvSource({"-XX:NoSuchFlag", "-version", "-Xmx1k", "-cp"})
    void aVirtualMachineThatDoesNotReachUs(String option) throws IOException, InterruptedException {
        Map<String, String> variables = Map.of("WALARCHIVE_JAVA_OPTS", option);
        assertEquals(1, run(variables, "wal-push", "x").code());
        assertEquals(
                255,
                run(variables, "wal-fetch", "000000010000000000000001", "x").code());
    }
}
