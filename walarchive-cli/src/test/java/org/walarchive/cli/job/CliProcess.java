package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.walarchive.cli.interop.Program;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.BusyTree;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;

/**
 * The distribution of the command line, copied to where the servers' user can read it, with an archive and a place for
 * restored directories that this user owns.
 */
public final class CliProcess implements AutoCloseable {

    private final Path base;
    private final Map<String, String> archive;
    private String javaOptions = Program.SHORT_LIFE;
    private List<String> above = List.of();

    /** With the archive in files. */
    public CliProcess() {
        this(Map.of());
    }

    /**
     * With an archive elsewhere.
     *
     * @param archive the environment that says where; empty for files
     */
    public CliProcess(Map<String, String> archive) {
        try {
            base = Files.createTempDirectory(Path.of("/tmp"), "walcli");
            copyTree(Path.of("target", "walarchive"), base.resolve("walarchive"));
            Files.createDirectory(base.resolve("work"));
            Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
            OrdinaryUser.give(base);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.archive = archive.isEmpty() ? Map.of("WALE_FILE_PREFIX", prefix()) : Map.copyOf(archive);
    }

    /** Runs commands with no other options of Java than the launcher's, as users do. */
    public CliProcess asUsersDo() {
        javaOptions = "";
        return this;
    }

    /** Runs commands from now on as the last words of another, such as one that watches them; of none for by themselves. */
    CliProcess under(List<String> command) {
        above = List.copyOf(command);
        return this;
    }

    /** What a command did. */
    public record Outcome(int status, String output, String log) {

        public Outcome requireSuccess() {
            if (status != 0) {
                throw new AssertionError("exit code " + status + "\n" + output + log);
            }
            return this;
        }
    }

    /** Returns a path below a directory that the servers' user owns. */
    public Path path(String name) {
        return base.resolve("work").resolve(name);
    }

    String prefix() {
        return "file://localhost" + path("archive");
    }

    /** Returns a command for the server's configuration. */
    public String shellCommand(String arguments) {
        StringBuilder command = new StringBuilder("JAVA_HOME='" + System.getProperty("java.home") + "' ");
        new TreeMap<>(archive).forEach((name, value) -> command.append(name + "='" + value + "' "));
        return command + launcher().toString() + " " + arguments;
    }

    /** Returns a command for a host on which Java cannot be started: what it does, an agent did. */
    String shellCommandWithoutJava(String arguments) {
        return shellCommand(arguments)
                .replace("JAVA_HOME='" + System.getProperty("java.home") + "'", "JAVA_HOME=/nonexistent");
    }

    private Path launcher() {
        return base.resolve("walarchive/bin/walarchive");
    }

    /** Runs a command as the servers' user. */
    public Outcome run(PostgresServer server, String... arguments) {
        return run(environment(server), arguments);
    }

    private static Map<String, String> environment(PostgresServer server) {
        return Map.of("PGHOST", server.socketDirectory().toString(), "PGUSER", PostgresServer.SUPERUSER);
    }

    public Outcome run(String... arguments) {
        return run(Map.of(), arguments);
    }

    public Outcome run(Map<String, String> more, String... arguments) {
        return start(more, arguments).await();
    }

    /** Starts a command that the test has plans with. */
    public Running start(PostgresServer server, String... arguments) {
        return start(environment(server), arguments);
    }

    public Running start(Map<String, String> more, String... arguments) {
        List<String> command = new ArrayList<>(above);
        command.add(launcher().toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(OrdinaryUser.command(command));
        builder.directory(base.resolve("work").toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PG") || name.startsWith("WAL") || name.startsWith("AWS_"));
        builder.environment().putAll(archive);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("WALARCHIVE_JAVA_OPTS", javaOptions);
        builder.environment().putAll(more);
        try {
            Path output = Files.createTempFile(base, "out", ".txt");
            Path log = Files.createTempFile(base, "err", ".txt");
            Process process = builder.redirectOutput(output.toFile())
                    .redirectError(log.toFile())
                    .start();
            process.getOutputStream().close();
            return new Running(process, output, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command that runs. */
    public record Running(Process process, Path output, Path log) {

        /** Waits until the log has a text. */
        public Running awaitLog(String text) {
            Await.until("the log has: " + text, Duration.ofSeconds(60), () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("ended with " + process.exitValue() + "\n" + read(log));
                }
                return read(log).contains(text);
            });
            return this;
        }

        /** Kills the Java process and all between, as the kernel would when memory runs out. */
        public void kill() {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            all.add(process.toHandle());
            all.forEach(ProcessHandle::destroyForcibly);
        }

        /** Waits for the end. */
        public Outcome await() {
            try {
                int status = process.waitFor();
                return new Outcome(status, read(output), read(log));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns the names of the files below a part of the archive. */
    public List<String> archived(String directory) {
        Path root = path("archive").resolve(directory);
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        return BusyTree.look(
                root,
                files -> files.filter(Files::isRegularFile)
                        .map(file -> root.relativize(file).toString())
                        .sorted()
                        .toList());
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Override
    public void close() {
        BusyTree.delete(base);
    }
}
