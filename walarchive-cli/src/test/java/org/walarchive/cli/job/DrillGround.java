package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** An archive to drill, a place for drills, and what to look at after them. */
final class DrillGround implements AutoCloseable {

    final CliProcess cli = new CliProcess();
    private final PostgresVersion version;
    private final Path drills = cli.path("drills");
    private String programs = "";

    DrillGround(PostgresVersion version) {
        this.version = version;
        try {
            Files.createDirectories(drills);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OrdinaryUser.give(drills);
    }

    /** Starts a server that archives, with a table of 100 rows. */
    PostgresServer server() {
        PostgresServer server = PostgresServer.builder(version)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
        programs = server.programs().toString();
        server.start();
        server.execute("CREATE TABLE t (i int)", "INSERT INTO t SELECT generate_series(1, 100)");
        return server;
    }

    /** Takes over an archive of another's, which a server of the version wrote. */
    void adopt(Path archive) {
        try (PostgresServer server = PostgresServer.builder(version).create();
                Stream<Path> paths = Files.walk(archive)) {
            programs = server.programs().toString();
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(
                        path,
                        cli.path("archive").resolve(archive.relativize(path).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OrdinaryUser.give(cli.path("archive"));
    }

    void push(PostgresServer server) {
        cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
    }

    /** Adds fifty rows, and has them archived in a segment whose name is returned. */
    String addRows(PostgresServer server) {
        server.execute("INSERT INTO t SELECT generate_series(1, 50)");
        String segment = server.switchWal();
        server.awaitArchived(segment);
        return segment;
    }

    CliProcess.Outcome drill(String... more) {
        return cli.run(arguments(more));
    }

    CliProcess.Running start(String... more) {
        return cli.start(Map.of(), arguments(more));
    }

    private String[] arguments(String... more) {
        Stream<String> common = Stream.of("drill", "--bin-dir", programs, "--directory", drills.toString());
        return Stream.concat(common, Stream.of(more)).toArray(String[]::new);
    }

    /** Returns a member of a report that is a string or a number. */
    static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": \"?([^\",\n]*)").matcher(json);
        assertTrue(matcher.find(), json);
        return matcher.group(1);
    }

    void requireNothingLeft() {
        assertEquals(List.of(), directories());
        assertEquals(List.of(), servers());
    }

    /** Waits until the drill's query runs. */
    void awaitQuery() {
        Await.until(
                "the query runs",
                Duration.ofSeconds(60),
                () -> servers().stream().anyMatch(line -> line.contains("[local] SELECT")));
    }

    void awaitNoServer() {
        Await.until("the servers end", Duration.ofSeconds(60), () -> servers().isEmpty());
    }

    List<Path> directories() {
        try (Stream<Path> entries = Files.list(drills)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the command lines of the processes that work in the place for drills. */
    List<String> servers() {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .filter(this::worksHere)
                    .map(DrillGround::commandLine)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean worksHere(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).startsWith(drills);
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    static void deleteTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() {
        cli.close();
    }
}
