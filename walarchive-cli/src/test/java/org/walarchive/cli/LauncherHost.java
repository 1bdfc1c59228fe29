package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A host on which the launcher is installed: a data directory that it is called in, a PATH of the programs that a test allows, and a {@code java}
 * that only notes that it was started.
 */
final class LauncherHost {

    static final String SEGMENT = "000000010000000000000001";

    private static final Path SCRIPT = Path.of("src/main/launcher/walarchive").toAbsolutePath();

    /** How a call of the launcher ended. */
    record Run(int code, String err, boolean java) {}

    private final List<String> shell;
    final Path data;
    private final Path home;
    private final Path programs;
    private final Path javaStarts;
    final Map<String, String> environment = new TreeMap<>();

    LauncherHost(Path directory, List<String> shell) throws IOException {
        this.shell = shell;
        data = Files.createDirectories(directory.resolve("data"));
        Files.createDirectories(data.resolve("pg_wal"));
        home = Files.createDirectories(directory.resolve("home"));
        programs = Files.createDirectories(directory.resolve("programs"));
        javaStarts = directory.resolve("java-starts");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/walarchive-cli.jar"));
        Files.copy(SCRIPT, home.resolve("bin/walarchive"));
        Path jdk = Files.createDirectories(directory.resolve("jdk/bin")).getParent();
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        program(jdk.resolve("bin/java"), "echo \"$*\" >'" + javaStarts + "'; exit 76");
        environment.put("JAVA_HOME", jdk.toString());
        environment.put("PATH", programs.toString());
        environment.put("WALE_FILE_PREFIX", "file:///srv/archive");
        allow("stat", "od", "mv", "mkdir", "rm", "rmdir", "ls");
    }

    static Stream<List<String>> shells() {
        return LauncherIT.shells();
    }

    private static void program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Puts programs of this machine on the PATH; tells whether it has them all. */
    boolean allow(String... names) throws IOException {
        for (String name : names) {
            Path found = Stream.of("/usr/bin", "/bin", "/usr/local/bin")
                    .map(directory -> Path.of(directory, name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                return false;
            }
            program(programs.resolve(name), "exec " + found + " \"$@\"");
        }
        return true;
    }

    /** Puts a script on the PATH, in the place of what is there. */
    void replace(String name, String body) throws IOException {
        Files.deleteIfExists(programs.resolve(name));
        program(programs.resolve(name), body);
    }

    void forbid(String name) throws IOException {
        Files.delete(programs.resolve(name));
    }

    Path wal(String name) {
        return data.resolve("pg_wal").resolve(name);
    }

    /** A file of ours beside the segments. */
    Path spool(String name) throws IOException {
        Path file = wal(".walarchive").resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    /** What {@code stat} of GNU says of a file, which is what Java writes. */
    static String identity(Path file) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("/usr/bin/stat", "-L", "-c", "%d:%i:%s:%.9Y:%.9Z", file.toString()).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor() == 0 && text.endsWith("\n"), text);
        return text.strip();
    }

    Process start(String... words) throws IOException {
        Files.deleteIfExists(javaStarts);
        List<String> command = new ArrayList<>(shell);
        command.add(home.resolve("bin/walarchive").toString());
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(data.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    Run run(String... words) throws IOException, InterruptedException {
        return finish(start(words));
    }

    Run finish(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the launcher hangs");
        return new Run(process.exitValue(), output, Files.exists(javaStarts));
    }
}
