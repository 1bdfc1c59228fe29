package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

@DisplayName("a restore into")
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class RestorePlacesIT {

    private static final int CORRUPT = 5;
    private static final int LOCAL = 7;

    private static final String OUT_OF_SPACE = "MSG: the restore may run out of space";

    private final CliProcess cli = new CliProcess();

    @AfterEach
    void close() {
        cli.close();
    }

    private Path directory(String name) throws IOException {
        Path directory = Files.createDirectories(cli.path(name));
        OrdinaryUser.give(directory);
        return directory;
    }

    private static PostgresServer started(PostgresVersion version, Path directory, Map<String, String> settings) {
        PostgresServer server = PostgresServer.on(version, directory, settings);
        server.start();
        server.awaitPromotion();
        return server;
    }

    private PostgresServer archivingServer(PostgresVersion version) {
        PostgresServer server = PostgresServer.builder(version)
                .walSegmentMegabytes(1)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create();
        server.start();
        return server;
    }

    private static String oid(PostgresServer server, String tablespace) {
        return server.queryText("SELECT oid FROM pg_tablespace WHERE spcname = '" + tablespace + "'");
    }

    private static void fill(PostgresServer server, String tablespace) {
        server.execute("CREATE TABLE in_" + tablespace + " TABLESPACE " + tablespace
                + " AS SELECT generate_series(1, 1000) AS i");
    }

    private static void add(PostgresServer server, String tablespace) {
        server.execute("INSERT INTO in_" + tablespace + " SELECT generate_series(1001, 1500)");
    }

    private static void requireRows(PostgresServer server, String tablespace) {
        assertEquals(1500, server.queryLong("SELECT count(*) FROM in_" + tablespace));
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V11", "V18"})
    @DisplayName("places of its own: one tablespace where it was, one elsewhere, one inside; names with odd characters")
    void specification(PostgresVersion version) throws IOException {
        boolean inPlace = version.isAtLeast(PostgresVersion.V18);
        Path stays = directory("stays $HOME");
        Path moves = directory("moves");
        Path moved = directory("elsewhere").resolve("mo \"ved\"; rm -rf *");
        String oid;
        try (PostgresServer server = archivingServer(version)) {
            server.execute(
                    "CREATE TABLESPACE stays LOCATION '" + stays + "'",
                    "CREATE TABLESPACE moves LOCATION '" + moves + "'");
            fill(server, "stays");
            fill(server, "moves");
            if (inPlace) {
                server.execute("ALTER SYSTEM SET allow_in_place_tablespaces = on", "SELECT pg_reload_conf()");
                server.execute("CREATE TABLESPACE inside LOCATION ''");
                fill(server, "inside");
            }
            oid = oid(server, "moves");
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            add(server, "stays");
            add(server, "moves");
            if (inPlace) {
                add(server, "inside");
            }
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Path directory = cli.path("it's $(restored) \"here\"");
        Path file = cli.path("spec.json");
        Files.writeString(
                file,
                "{\"base_prefix\": \"/nonexistent/\", \"" + oid + "\": {\"link\": \"pg_tblspc/" + oid
                        + "\", \"loc\": \"" + moved.toString().replace("\"", "\\\"") + "/\"}}");
        OrdinaryUser.give(file);
        String[] command = {
            "backup-fetch", directory.toString(), "LATEST", "--restore-spec", file.toString(), "--recover", "--clone"
        };
        CliProcess.Outcome occupied = cli.run(command);
        assertEquals(LOCAL, occupied.status(), occupied.log());
        assertTrue(occupied.log().contains("tablespace directory " + stays + " is not empty"), occupied.log());
        assertFalse(Files.exists(directory));
        assertFalse(Files.exists(moved));

        Files.move(stays, cli.path("out of the way"));
        cli.run(command).requireSuccess();
        try (PostgresServer server = started(version, directory, Map.of())) {
            requireRows(server, "stays");
            requireRows(server, "moves");
            assertEquals(moved.toString(), server.queryText("SELECT pg_tablespace_location(" + oid + ")"));
            if (inPlace) {
                requireRows(server, "inside");
            }
        }
        assertTrue(Files.isDirectory(stays));
        assertEquals(1, Files.list(moved).count());
    }

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V14", "V18"})
    @DisplayName("one directory, tablespaces and all")
    void blind(PostgresVersion version) throws IOException {
        Path original = directory("original");
        try (PostgresServer server = PostgresServer.builder(version)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            server.execute("CREATE TABLESPACE outside LOCATION '" + original + "'");
            fill(server, "outside");
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            add(server, "outside");
            server.awaitArchived(server.switchWal());
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        Files.move(original, cli.path("out of the way"));
        Path directory = cli.path("restored");
        cli.run("backup-fetch", directory.toString(), "LATEST", "--blind-restore", "--recover", "--clone")
                .requireSuccess();
        for (int start = 0; start < 2; start++) {
            try (PostgresServer server = started(version, directory, Map.of())) {
                requireRows(server, "outside");
                server.execute("CREATE TABLE again" + start + " TABLESPACE outside AS SELECT 1");
                server.stop(start == 0 ? PostgresServer.StopMode.IMMEDIATE : PostgresServer.StopMode.FAST);
            }
        }
        assertFalse(Files.exists(original));
    }

    @Test
    @DisplayName("a directory of a broken server, and of an unfinished restore, when asked to replace it")
    void replace() throws IOException {
        PostgresVersion version = PostgresVersion.V18;
        Path outside = directory("outside");
        Path target = cli.path("target");
        try (PostgresServer server = archivingServer(version)) {
            server.execute("CREATE TABLESPACE outside LOCATION '" + outside + "'");
            fill(server, "outside");
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            add(server, "outside");
            server.awaitArchived(server.switchWal());
            String running = server.dataDirectory().toString();
            CliProcess.Outcome live = cli.run("backup-fetch", running, "LATEST", "--replace");
            assertEquals(LOCAL, live.status(), live.log());
            assertTrue(live.log().contains("live data directory"), live.log());
            server.stop(PostgresServer.StopMode.FAST);
            requireReplaced(version, server.dataDirectory());
        }
        Path partition = ofBackup("part_");
        byte[] whole = Files.readAllBytes(partition);
        byte[] damaged = whole.clone();
        damaged[whole.length - 100] ^= 1;
        Files.write(partition, damaged);
        String[] command = {"backup-fetch", target.toString(), "LATEST", "--blind-restore", "--recover", "--clone"};
        CliProcess.Outcome broken = cli.run(command);
        assertEquals(CORRUPT, broken.status(), broken.log());
        assertFalse(broken.log().contains(OUT_OF_SPACE), broken.log());
        try (PostgresServer server = PostgresServer.on(version, target, Map.of())) {
            server.launch();
            assertNotEquals(0, server.awaitEnd());
        }
        Files.write(partition, whole);
        CliProcess.Outcome again = cli.run(command);
        assertEquals(LOCAL, again.status(), again.log());
        assertTrue(again.log().contains("--replace"), again.log());
        List<String> replacing = new java.util.ArrayList<>(List.of(command));
        replacing.add("--replace");
        Path sentinel = ofBackup("sentinel.json");
        Files.writeString(
                sentinel,
                Files.readString(sentinel)
                        .replaceFirst("\"expanded_size_bytes\": *[0-9]+", "\"expanded_size_bytes\": " + (1L << 61)));
        CliProcess.Outcome small = cli.run(replacing.toArray(String[]::new)).requireSuccess();
        assertTrue(small.log().contains(OUT_OF_SPACE), small.log());
        try (PostgresServer server = started(version, target, Map.of())) {
            requireRows(server, "outside");
        }
    }

    private Path ofBackup(String part) {
        return cli.path("archive")
                .resolve("basebackups_005")
                .resolve(cli.archived("basebackups_005").stream()
                        .filter(name -> name.contains(part))
                        .findFirst()
                        .orElseThrow());
    }

    private void requireReplaced(PostgresVersion version, Path directory) throws IOException {
        Files.writeString(directory.resolve("leftover"), "x");
        OrdinaryUser.give(directory.resolve("leftover"));
        CliProcess.Outcome refused = cli.run("backup-fetch", directory.toString(), "LATEST", "--recover");
        assertEquals(LOCAL, refused.status(), refused.log());
        cli.run("backup-fetch", directory.toString(), "LATEST", "--recover", "--replace", "--clone")
                .requireSuccess();
        assertFalse(Files.exists(directory.resolve("leftover")));
        try (PostgresServer server = started(version, directory, Map.of())) {
            requireRows(server, "outside");
        }
    }
}
