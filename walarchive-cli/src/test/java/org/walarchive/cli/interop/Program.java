package org.walarchive.cli.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.walarchive.core.testing.OrdinaryUser;

/** A program, run as {@link OrdinaryUser} in an environment that holds nothing but what is said here. */
public final class Program {

    /**
     * For the many commands of the tests that have little to do: the second compiler would take more than they. The main job runs with the
     * launcher's own options.
     */
    public static final String SHORT_LIFE = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    private static final int PATIENCE_SECONDS = 120;

    private final Path executable;
    private final Map<String, String> environment;

    private Program(Path executable, Map<String, String> environment) {
        this.executable = executable;
        this.environment = environment;
    }

    /** Returns our own command, from the distribution that {@code package} assembled. */
    public static Program walarchive() {
        return of(Distribution.launcher())
                .with("JAVA_HOME", System.getProperty("java.home"))
                .with("WALARCHIVE_JAVA_OPTS", SHORT_LIFE);
    }

    /** Returns a program with nothing but a search path, a locale and a time zone. */
    public static Program of(Path executable) {
        return new Program(
                executable, Map.of("PATH", System.getenv("PATH"), "LC_ALL", "C.UTF-8", "TZ", "UTC", "HOME", "/"));
    }

    /** Returns the program with another variable. */
    public Program with(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new Program(executable, more);
    }

    /** Returns the program with the archive in a directory. */
    public Program on(Path archive) {
        return with("WALARCHIVE_PREFIX", "file://localhost" + archive.toAbsolutePath());
    }

    Path executable() {
        return executable;
    }

    /** Runs the program to its end. */
    public Run run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(List.of(arguments));
        try {
            Path log = Files.createTempFile("walarchive-test", ".log");
            try {
                return run(List.copyOf(command), log);
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + command, e);
        }
    }

    private Run run(List<String> command, Path log) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(OrdinaryUser.command(command))
                .directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.redirectError(log.toFile()).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " does not end\n" + Files.readString(log));
        }
        return new Run(command, process.exitValue(), output, Files.readString(log));
    }

    /** Returns the program as a shell's command line, for a server's {@code archive_command} or {@code restore_command}. */
    public String shell(String arguments) {
        StringBuilder line = new StringBuilder("env -i");
        environment.forEach((name, value) -> line.append(' ').append(quote(name + "=" + value)));
        return line.append(' ')
                .append(quote(executable.toString()))
                .append(' ')
                .append(arguments)
                .toString();
    }

    /** Quotes for the shell, and for the server, which reads a percent sign as the beginning of a placeholder. */
    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''").replace("%", "%%") + "'";
    }
}
