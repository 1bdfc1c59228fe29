package org.walarchive.examples.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.BusyTree;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** The shell scripts of the Docker image without Docker: the postgres image's own entry point is played by a few lines that do the same with the same files. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ImageScriptsIT {

    private static final Path ROOT = Path.of(System.getProperty("walarchive.root"));
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** What docker-entrypoint.sh of the image postgres:17 does, as far as it matters here. */
    private static final String ENTRY_POINT = """
            #!/bin/sh
            set -eu
            if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
              initdb -D "$PGDATA" -U postgres -A trust -E UTF8 --locale=C --nosync >/dev/null
              printf "listen_addresses = ''\\nunix_socket_directories = '%s'\\nfsync = off\\n" "$PGHOST" >>"$PGDATA/postgresql.conf"
              for script in "$INITDB_SCRIPTS"/*; do "$script"; done
            fi
            exec "$@"
            """;

    private final Path base = base();
    private final Path data = base.resolve("data");
    private final Map<String, String> environment = new HashMap<>();

    private static Path base() {
        try {
            return Files.createTempDirectory(Path.of("/tmp"), "walimg");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void image() throws IOException {
        Path programs;
        try (PostgresServer unpacked =
                PostgresServer.on(PostgresVersion.V18, Files.createDirectory(base.resolve("none")), Map.of())) {
            programs = unpacked.programs();
        }
        copyTree(ROOT.resolve("walarchive-cli/target/walarchive"), base.resolve("walarchive"));
        Path bin = Files.createDirectory(base.resolve("bin"));
        Path scripts = Files.createDirectory(base.resolve("initdb"));
        for (String name : List.of("walarchive-entrypoint", "walarchive-health")) {
            Files.copy(Path.of("docker", name), bin.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.copy(
                Path.of("docker", "10-walarchive.sh"),
                scripts.resolve("10-walarchive.sh"),
                StandardCopyOption.COPY_ATTRIBUTES);
        script(bin.resolve("docker-entrypoint.sh"), ENTRY_POINT);
        // The programs of Maven Central are the server's alone. What is asked is a server that was seen to be ready.
        script(bin.resolve("pg_isready"), "#!/bin/sh\n[ -S \"$PGHOST/.s.PGSQL.5432\" ]\n");
        Path variables = Files.createDirectory(base.resolve("variables"));
        Files.writeString(variables.resolve("WALE_FILE_PREFIX"), "file://localhost" + base.resolve("archive") + "\n");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        OrdinaryUser.give(base);
        environment.put(
                "PATH", bin + ":" + base.resolve("walarchive/bin") + ":" + programs + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("INITDB_SCRIPTS", scripts.toString());
        environment.put("PGDATA", data.toString());
        environment.put("PGHOST", base.toString());
        environment.put("WALARCHIVE_ENVDIR", variables.toString());
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @AfterEach
    void delete() {
        BusyTree.delete(base);
    }

    private Process start(Path log, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(OrdinaryUser.command(List.of(command)));
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("WAL"));
        builder.environment().putAll(environment);
        builder.directory(base.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private int run(Path log, String... command) throws IOException, InterruptedException {
        Process process = start(log, command);
        try {
            assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), () -> "it runs on\n" + read(log));
            return process.exitValue();
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private void requireSuccess(String... command) throws IOException, InterruptedException {
        Path log = base.resolve("command.log");
        assertEquals(0, run(log, command), () -> read(log));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A container that runs: what is started, until it is closed. */
    private final class Container implements AutoCloseable {
        private final Process process;

        Container(String name) throws IOException {
            Path log = base.resolve(name + ".log");
            process = start(log, "walarchive-entrypoint", "postgres");
            try {
                Await.until("the server answers", PATIENCE, () -> answers(log));
            } catch (AssertionError e) {
                close();
                throw e;
            }
        }

        private boolean answers(Path log) {
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + "\n" + read(log));
            }
            try {
                return query("SELECT NOT pg_is_in_recovery()").equals("t");
            } catch (SQLException e) {
                return false;
            }
        }

        String query(String sql) throws SQLException {
            return ImageScriptsIT.this.query(sql);
        }

        /** As docker stop does. */
        @Override
        public void close() {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroy();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            children.forEach(child -> child.onExit().join());
        }
    }

    private String query(String sql) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("socketFactory", "org.walarchive.core.server.UnixSocketFactory");
        properties.setProperty("socketFactoryArg", base.resolve(".s.PGSQL.5432").toString());
        List<String> values = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://localhost/postgres", properties);
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                ResultSet rows = statement.getResultSet();
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
        }
        return String.join(",", values);
    }

    @Test
    @DisplayName(
            "a new container archives and is healthy; a container without its volume restores what was archived; a failed restore makes no empty cluster")
    void lifeOfAContainer() throws Exception {
        environment.put("WALARCHIVE_RESTORE", "--recover");
        Path log = base.resolve("none.log");
        assertTrue(run(log, "walarchive-entrypoint", "postgres") != 0, "there is no archive yet");
        assertTrue(read(log).contains("Is the file system mounted"), read(log));
        assertFalse(Files.exists(data.resolve("PG_VERSION")), read(log));
        assertEquals(0, run(log, "walarchive-entrypoint", "true"), "nothing is restored for another command");
        if (Files.exists(Path.of("/usr/bin/flock"))) {
            assertEquals(75, run(log, "flock", data.toString(), "walarchive-entrypoint", "postgres"), () -> read(log));
        }
        String variables = environment.put("WALARCHIVE_ENVDIR", "/it's");
        assertEquals(1, run(log, "walarchive-entrypoint", "postgres"));
        assertTrue(read(log).contains("WALARCHIVE_ENVDIR becomes a part"), read(log));
        assertTrue(run(log, base.resolve("initdb/10-walarchive.sh").toString()) != 0);
        assertFalse(Files.exists(data.resolve("postgresql.conf")), "nothing was written");
        environment.put("WALARCHIVE_ENVDIR", variables);

        environment.remove("WALARCHIVE_RESTORE");
        try (Container first = new Container("first")) {
            assertEquals("on", first.query("SHOW archive_mode"));
            assertTrue(run(base.resolve("health.log"), "walarchive-health") != 0, "there is no backup yet");
            requireSuccess(
                    "walarchive", "--envdir", environment.get("WALARCHIVE_ENVDIR"), "backup-push", data.toString());
            Path health = base.resolve("health.log");
            first.query("ALTER SYSTEM SET fsync = on"); // which the test switched off, and health does not pass
            first.query("SELECT pg_reload_conf()");
            assertEquals(0, run(health, "walarchive-health"), () -> read(health));
            first.query("CREATE TABLE t AS SELECT 42 AS i");
            String segment = first.query("SELECT pg_walfile_name(pg_switch_wal())");
            Await.until("it is archived", PATIENCE, () -> {
                try {
                    return first.query("SELECT last_archived_wal >= '" + segment + "' FROM pg_stat_archiver")
                            .equals("t");
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
        }

        Files.move(data, base.resolve("lost"));
        environment.put("WALARCHIVE_RESTORE", "--recover");
        for (String name : List.of("second", "third")) {
            try (Container restored = new Container(name)) {
                assertEquals("42", restored.query("SELECT i FROM t"));
                assertEquals("2", restored.query("SELECT timeline_id FROM pg_control_checkpoint()"), name);
            }
        }
        assertFalse(read(base.resolve("third.log")).contains("restore"), "there was a cluster");
    }
}
