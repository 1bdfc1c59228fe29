package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** A drill with real servers: what it proves, what it notices, and that it leaves nothing behind. */
final class DrillIT {

    private final CliProcess cli = new CliProcess();

    @AfterEach
    void close() {
        cli.close();
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V15", "V18"})
    @DisplayName("the newest backup is recovered to the end of its WAL and asked, and nothing is left")
    void proves(PostgresVersion version) throws IOException {
        String programs;
        String segment;
        try (PostgresServer server = archive(version)) {
            server.execute("INSERT INTO t SELECT generate_series(101, 150)");
            segment = server.switchWal();
            server.awaitArchived(segment);
            programs = server.programs().toString();
        }
        CliProcess.Outcome outcome = drill(programs, "--query", "SELECT count(*) AS n, NULL AS nothing FROM t");
        String report = outcome.requireSuccess().output();
        assertTrue(report.contains("\"success\": true"), report);
        assertTrue(
                report.replaceAll("\\s", "").contains("\"columns\":[\"n\",\"nothing\"],\"rows\":[[\"150\",null]],"),
                report);
        assertTrue(report.contains("\"last_segment\": \"" + segment + "\""), report);
        assertTrue(report.contains("\"server_version\": \"" + version + "."), report);
        assertEquals("1", field(report, "timeline"));
        requireNothingLeft();
    }

    /** Starts a server that archives, with a backup of a table of 100 rows. */
    private PostgresServer archive(PostgresVersion version) {
        PostgresServer server = PostgresServer.builder(version)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
        server.start();
        server.execute("CREATE TABLE t (i int)", "INSERT INTO t SELECT generate_series(1, 100)");
        cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
        return server;
    }

    private CliProcess.Outcome drill(String programs, String... more) {
        return cli.run(arguments(programs, more));
    }

    private String[] arguments(String programs, String... more) {
        try {
            Files.createDirectories(cli.path("drills"));
            org.walarchive.core.testing.OrdinaryUser.give(cli.path("drills"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return Stream.concat(
                        Stream.of(
                                "drill",
                                "--bin-dir",
                                programs,
                                "--directory",
                                cli.path("drills").toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": \"?([^\",\n]*)").matcher(json);
        assertTrue(matcher.find(), json);
        return matcher.group(1);
    }

    private void requireNothingLeft() throws IOException {
        assertEquals(List.of(), drills());
        assertEquals(List.of(), servers());
    }

    private List<Path> drills() throws IOException {
        try (Stream<Path> entries = Files.list(cli.path("drills"))) {
            return entries.toList();
        }
    }

    /** Returns the command lines of processes that a drill has started. */
    private List<String> servers() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(cli.path("drills").toString()) && !line.contains("walarchive.cli.Main"))
                .toList();
    }
}
