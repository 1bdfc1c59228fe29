package org.walarchive.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.postgresql.Driver;
import org.walarchive.core.server.UnixSocketFactory;

/**
 * A server of its own for a test, reachable only through a Unix socket. {@link #close} ends its processes and deletes its
 * directories; so does the end of this JVM.
 */
public final class PostgresServer implements AutoCloseable {

    /** The name of the superuser; connections are trusted. */
    public static final String SUPERUSER = "postgres";

    /** The port, in the name of the socket. Every server has its own directory of sockets. */
    public static final int PORT = 5432;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long {@link #close} waits for a server to end in order. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** How {@link #stop} ends a server. */
    public enum StopMode {
        FAST("INT"),
        IMMEDIATE("QUIT");

        private final String signal;

        StopMode(String signal) {
            this.signal = signal;
        }
    }

    private final PostgresVersion version;
    private final Path home;
    private final Path base;
    private final Path dataDirectory;
    private final Map<String, String> overrides;
    private final Thread hook = new Thread(this::destroy);
    private Process process;

    private PostgresServer(PostgresVersion version, Path base, Path dataDirectory, Map<String, String> overrides) {
        this.version = version;
        this.home = PostgresBinaries.of(version);
        this.base = base;
        this.dataDirectory = dataDirectory;
        this.overrides = new LinkedHashMap<>(overrides);
        this.overrides.put("listen_addresses", "");
        this.overrides.put("unix_socket_directories", socketDirectory().toString());
        this.overrides.put("port", Integer.toString(PORT));
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts the description of a new cluster. */
    public static Builder builder(PostgresVersion version) {
        return new Builder(version);
    }

    /**
     * Takes over a data directory, such as a restored one: gives it to the server's user with the rights a server insists
     * on. {@link #close} leaves it in place.
     *
     * @param settings win over those in the directory's files
     */
    public static PostgresServer on(PostgresVersion version, Path dataDirectory, Map<String, String> settings) {
        Path base = makeBase();
        Path data = dataDirectory.toAbsolutePath();
        TestFiles.permit(data, "rwx------");
        OrdinaryUser.give(data);
        return new PostgresServer(version, base, data, settings);
    }

    private static Path makeBase() {
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            // the path of a Unix socket has at most 107 bytes
            Path parent = temporary.toString().length() > 60 ? Path.of("/tmp") : temporary;
            Path base = Files.createTempDirectory(parent, "walpg");
            Files.createDirectory(base.resolve("socket"));
            TestFiles.permit(base, "rwxr-xr-x");
            TestFiles.permit(base.resolve("socket"), "rwxr-xr-x");
            OrdinaryUser.give(base);
            return base;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public PostgresVersion version() {
        return version;
    }

    public Path dataDirectory() {
        return dataDirectory;
    }

    /** Returns the directory of the server's programs. */
    public Path programs() {
        return home.resolve("bin");
    }

    /** Returns the directory of WAL files, whose name changed in 10. */
    public Path walDirectory() {
        return dataDirectory.resolve(version.isAtLeast(PostgresVersion.V10) ? "pg_wal" : "pg_xlog");
    }

    /** Returns what a client gives as its host. */
    public Path socketDirectory() {
        return base.resolve("socket");
    }

    /** Returns everything the server wrote to its log. */
    public String log() {
        try {
            Path log = base.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server and waits until it answers; if it ends instead, fails with its log. */
    public synchronized void start() {
        launch();
        awaitAnswer();
    }

    /** Waits until the server answers, such as one that starts its processes anew; if it ends instead, fails with its log. */
    public void awaitAnswer() {
        Await.until(this + " answers", PATIENCE, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(this + " ended with status " + process.exitValue() + "\n" + log());
            }
            return answers();
        });
    }

    /** Starts the server without waiting for anything. */
    public synchronized void launch() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(this + " is running");
        }
        List<String> command = new ArrayList<>(List.of(program("postgres"), "-D", dataDirectory.toString()));
        overrides.forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        try {
            Path log = base.resolve("log");
            process = TestFiles.process(OrdinaryUser.command(command), base)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + this, e);
        }
    }

    private boolean answers() {
        if (!saysItIsReady()) {
            return false;
        }
        try (Connection connection = connect()) {
            return connection.isValid(10);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Since 10, its file has a line for that; every connection that it refuses while it recovers costs it a process. */
    private boolean saysItIsReady() {
        return !version.isAtLeast(PostgresVersion.V10)
                || lockFile().stream().skip(7).limit(1).anyMatch(line -> line.matches("(ready|standby) *"));
    }

    private List<String> lockFile() {
        try {
            return Files.readAllLines(dataDirectory.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the lock file of " + this, e);
        }
    }

    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Waits until the server ends by itself, such as one that cannot finish its recovery, and returns its status. */
    public int awaitEnd() {
        Await.until(this + " ends", PATIENCE, () -> !process.isAlive());
        return process.exitValue();
    }

    /** Ends the server and waits for it. */
    public synchronized void stop(StopMode mode) {
        signal(mode, postmaster().orElseThrow(() -> new AssertionError(this + " has no lock file\n" + log())));
        awaitEnd();
    }

    /** As {@code pg_ctl stop} does, which would then look for the end only every 100 ms, or 1 s in 9.6. */
    private void signal(StopMode mode, long postmaster) {
        run(List.of(program("pg_ctl"), "kill", mode.signal, Long.toString(postmaster)));
    }

    /** Finds it by its file, because a program such as {@code su} may be between; absent while it has not written it. */
    private Optional<Long> postmaster() {
        List<String> number = lockFile().stream().limit(1).toList();
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .filter(pid -> number.contains(pid.toString()))
                .findFirst();
    }

    /** Returns the processes of the server now, those of its commands among them. */
    public synchronized List<ProcessHandle> processes() {
        return process.descendants().toList();
    }

    /** Kills the postmaster, as the kernel would when memory runs out, and waits until the server's other processes noticed. */
    public synchronized void kill() {
        List<ProcessHandle> children = process.descendants()
                .filter(each -> each.info().command().orElse("").endsWith("/postgres"))
                .toList();
        process.destroyForcibly();
        awaitEnd();
        Await.until(
                "the processes of " + this + " end",
                PATIENCE,
                () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Makes a standby a primary and waits until it is one. */
    public void promote() {
        run(List.of(program("pg_ctl"), "promote", "-D", dataDirectory.toString()));
        awaitPromotion();
    }

    /** Waits until recovery has ended; if the server ends instead, fails with its log. */
    public void awaitPromotion() {
        awaitTrue(this + " is promoted", "SELECT NOT pg_is_in_recovery()");
    }

    /** Asks over one connection again and again: a new one each time would cost the server a process each time. */
    private void awaitTrue(String what, String sql) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            Await.until(what, PATIENCE, () -> {
                if (!process.isAlive()) {
                    throw new AssertionError(this + " ended with status " + process.exitValue());
                }
                return isTrue(statement);
            });
        } catch (SQLException e) {
            throw failure(e);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + log(), e);
        }
    }

    private static boolean isTrue(PreparedStatement statement) {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** Connects as the superuser. */
    public Connection connect() throws SQLException {
        return connect(SUPERUSER, "postgres");
    }

    public Connection connect(String user, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "120");
        properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
        properties.setProperty(
                "socketFactoryArg",
                socketDirectory().resolve(".s.PGSQL." + PORT).toString());
        Connection connection = new Driver().connect("jdbc:postgresql://localhost/" + database, properties);
        if (connection == null) {
            throw new IllegalStateException("the driver did not know its URL");
        }
        return connection;
    }

    /** Executes statements, each in a transaction of its own. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns the first column of the only row, as text. */
    public String queryText(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new AssertionError("no row: " + sql);
            }
            String text = row.getString(1);
            if (row.next()) {
                throw new AssertionError("more than one row: " + sql);
            }
            return text;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns the first column of the only row, as a number. */
    public long queryLong(String sql) {
        return Long.parseLong(queryText(sql));
    }

    /** Begins a new WAL segment and returns the name of the one that ended. */
    public String switchWal() {
        String lsn = version.isAtLeast(PostgresVersion.V10)
                ? "pg_walfile_name(pg_switch_wal())"
                : "pg_xlogfile_name(pg_switch_xlog())";
        execute("CREATE TABLE IF NOT EXISTS walarchive_switch (i int)", "INSERT INTO walarchive_switch VALUES (1)");
        return queryText("SELECT " + lsn);
    }

    /** Waits until the archiver has had success with a WAL segment. */
    public void awaitArchived(String segment) {
        awaitTrue(
                segment + " is archived",
                "SELECT last_archived_wal COLLATE \"C\" >= '" + segment + "' FROM pg_stat_archiver");
    }

    /** Adds settings to {@code postgresql.conf}; they hold after the next start, or the next {@link #reload}. */
    public void configure(Map<String, String> settings) {
        TestFiles.append(dataDirectory.resolve("postgresql.conf"), ServerSettings.format(settings));
    }

    public void reload() {
        execute("SELECT pg_reload_conf()");
    }

    /** Replaces {@code pg_hba.conf}. */
    public void authenticate(String... lines) {
        TestFiles.write(dataDirectory.resolve("pg_hba.conf"), String.join("\n", lines) + "\n");
    }

    private AssertionError failure(SQLException e) {
        return new AssertionError(e.getMessage() + "\n" + log(), e);
    }

    private String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private void run(List<String> command) {
        TestFiles.run(OrdinaryUser.command(command), base, this::log);
    }

    private synchronized void destroy() {
        if (process != null && process.isAlive()) {
            List<ProcessHandle> children = process.descendants().toList();
            endAtOnce();
            children.forEach(ProcessHandle::destroyForcibly);
            children.forEach(child -> child.onExit().join());
        }
        BusyTree.delete(base);
    }

    /** The postmaster waits for its children quicker than this process, which is not their parent, can notice their end. */
    private void endAtOnce() {
        try {
            Optional<Long> postmaster = postmaster();
            if (postmaster.isPresent()) {
                signal(StopMode.IMMEDIATE, postmaster.get());
                process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (AssertionError e) {
            // no signal reached it, for it has ended meanwhile
        } finally {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Ends the processes and deletes the directories. */
    @Override
    public void close() {
        destroy();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    @Override
    public String toString() {
        return "PostgreSQL " + version + " on " + dataDirectory;
    }

    /** Describes a new cluster. */
    public static final class Builder {
        private final PostgresVersion version;
        private final List<String> initdb = new ArrayList<>();
        private final Map<String, String> settings = new LinkedHashMap<>(ServerSettings.FOR_TESTS);
        private String encoding = "UTF8";

        private Builder(PostgresVersion version) {
            this.version = version;
            if (!version.isAtLeast(PostgresVersion.V9_6)) {
                settings.put("wal_level", "hot_standby");
            }
        }

        /** Sets the size of WAL segments; before 11, programs have one size built in. */
        public Builder walSegmentMegabytes(int megabytes) {
            if (version.isAtLeast(PostgresVersion.V11)) {
                initdb.add("--wal-segsize=" + megabytes);
            } else if (megabytes != 16) {
                throw new IllegalArgumentException("PostgreSQL " + version + " has WAL segments of 16 MB");
            }
            return this;
        }

        public Builder dataChecksums() {
            initdb.add("--data-checksums");
            return this;
        }

        public Builder noDataChecksums() {
            if (version.isAtLeast(PostgresVersion.V18)) {
                initdb.add("--no-data-checksums");
            }
            return this;
        }

        /** Sets the encoding of the databases, {@code UTF8} unless told. */
        public Builder encoding(String name) {
            encoding = name;
            return this;
        }

        /** Adds a line to {@code postgresql.conf}. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Switches archiving on; the command runs as {@link OrdinaryUser}. */
        public Builder archiveCommand(String command) {
            return setting("archive_mode", "on").setting("archive_command", command);
        }

        /** Makes the cluster; it does not run yet. */
        public PostgresServer create() {
            Path base = makeBase();
            PostgresServer server = new PostgresServer(version, base, base.resolve("data"), Map.of());
            try {
                List<String> command = new ArrayList<>(List.of(
                        server.program("initdb"), "-D", server.dataDirectory.toString(), "-U", SUPERUSER, "-A"));
                command.addAll(List.of("trust", "-E", encoding, "--locale=C", "--nosync"));
                command.addAll(initdb);
                server.run(command);
                server.configure(settings);
                return server;
            } catch (RuntimeException | Error e) {
                server.close();
                throw e;
            }
        }
    }
}
