package org.walarchive.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;

/** The examples as a stranger starts them, copied to where the servers' user can read them, with a directory to work in that this user owns. */
public final class ExampleProgram implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Path base;
    private final List<Running> running = new ArrayList<>();

    /** Copies the jars of the build. */
    public ExampleProgram() {
        try {
            base = Files.createTempDirectory(Path.of("/tmp"), "walex");
            Files.createDirectory(base.resolve("lib"));
            Files.createDirectory(base.resolve("work"));
            copyJars(Path.of("target"));
            copyJars(Path.of("target", "lib"));
            Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
            OrdinaryUser.give(base);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copyJars(Path from) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(from, "*.jar")) {
            for (Path jar : jars) {
                Files.copy(jar, base.resolve("lib").resolve(jar.getFileName()));
            }
        }
    }

    /** Returns a path in a directory that the servers' user owns. */
    public Path path(String name) {
        return base.resolve("work").resolve(name);
    }

    /** Writes a file that the servers' user owns. */
    public Path write(String name, String content) throws IOException {
        Path file = Files.writeString(path(name), content);
        OrdinaryUser.give(file);
        return file;
    }

    /** Makes a directory that the servers' user owns. */
    public Path directory(String name) throws IOException {
        Path directory = Files.createDirectories(path(name));
        OrdinaryUser.give(directory);
        return directory;
    }

    /** Starts an example on the class path. */
    public Running start(Map<String, String> environment, List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-cp", base.resolve("lib") + "/*", program.getName()));
        return java(environment, command, arguments);
    }

    /** Starts an example on the module path, where its jar is an automatic module. */
    public Running startModule(List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-p", base.resolve("lib").toString(), "--add-modules", "ALL-MODULE-PATH"));
        command.addAll(List.of("-m", "walarchive.examples/" + program.getName()));
        return java(Map.of(), command, arguments);
    }

    private Running java(Map<String, String> environment, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(options);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(OrdinaryUser.command(command)).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("WAL"));
        builder.environment().putAll(environment);
        try {
            Path log = Files.createTempFile(base, "log", ".txt");
            Process process = builder.directory(path("").toFile())
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
            Running started = new Running(process, log);
            running.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program that runs. */
    public record Running(Process process, Path file) {

        /** Returns what it has written. */
        public String log() {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits until it has written a line that begins with a text, and returns the rest of that line. */
        public String awaitLine(String beginning) {
            Await.until("a line begins with " + beginning, PATIENCE, () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("ended with " + process.exitValue() + "\n" + log());
                }
                return log().lines().anyMatch(line -> line.startsWith(beginning));
            });
            return log().lines()
                    .filter(line -> line.startsWith(beginning))
                    .findFirst()
                    .orElseThrow()
                    .substring(beginning.length());
        }

        /** Tells it to end, and waits until it has. */
        public void terminate() {
            process.destroy();
            Await.until("it ends", PATIENCE, () -> !process.isAlive());
        }
    }

    /** Ends what still runs, and deletes everything. */
    @Override
    public void close() {
        running.forEach(each -> each.process().destroyForcibly().onExit().join());
        try (Stream<Path> paths = Files.walk(base)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
