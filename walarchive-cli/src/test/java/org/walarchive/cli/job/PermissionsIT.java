package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** What others may do with the files that commands make, whatever the umask would let them. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class PermissionsIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final String UNPACKS_NATIVE_CODE = "zstd:1";
    private static final String FETCH = "wal-fetch --prefetch 4 %f %p";
    private static final int TERMINATED = 143;

    private final CliProcess cli = new CliProcess();
    private final Path temporary = directory("temporary");
    private final Path cache = cli.path("cache");
    private final Map<String, String> places = Map.of(
            "WALARCHIVE_JAVA_OPTS",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.io.tmpdir=" + temporary,
            "TMPDIR",
            temporary.toString(),
            "XDG_CACHE_HOME",
            cache.toString(),
            "WALARCHIVE_COMPRESSION",
            UNPACKS_NATIVE_CODE);
    private int records;

    @AfterEach
    void close() {
        cli.close();
    }

    private Path directory(String name) {
        try {
            Path directory = Files.createDirectory(cli.path(name));
            OrdinaryUser.give(directory);
            return directory;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> umask(String umask) {
        return List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh");
    }

    private String shellCommand(String umask, String arguments) {
        return "umask " + umask + "; " + cli.shellCommand(arguments);
    }

    private CliProcess.Outcome run(PostgresServer server, String... arguments) {
        Map<String, String> environment = new HashMap<>(places);
        environment.put("PGHOST", server.socketDirectory().toString());
        environment.put("PGUSER", PostgresServer.SUPERUSER);
        return cli.run(environment, arguments).requireSuccess();
    }

    private CliProcess.Outcome run(String... arguments) {
        return cli.run(places, arguments).requireSuccess();
    }

    private void endAgent(CliProcess.Running agent) {
        agent.process().descendants().forEach(ProcessHandle::destroy);
        agent.process().destroy();
        assertEquals(TERMINATED, agent.await().status());
    }

    @ParameterizedTest(name = "umask {0}")
    @ValueSource(strings = {"000", "022"})
    @DisplayName("what commands leave behind is for its owner alone")
    void whatIsLeft(String umask) throws IOException {
        cli.under(umask(umask));
        String push = shellCommand(umask, "wal-push %p");
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(push)
                .create()) {
            server.start();
            backUpTwice(server);
            CliProcess.Running agent = cli.start(
                            places, "agent", server.dataDirectory().toString())
                    .awaitLog("the agent serves");
            Path socket = SocketClient.socket(server.walDirectory());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            server.execute("CREATE TABLE t AS SELECT generate_series(1, 50000) AS i");
            server.awaitArchived(server.switchWal());
            requirePrivate(server.dataDirectory());
            endAgent(agent);
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        run("delete", "--confirm", "retain", "1");
        requirePrivate(cli.path("archive"));
        restore(shellCommand(umask, FETCH));
        optimize();
        requirePrivate(temporary, "drwxr-xr-x");
    }

    private void backUpTwice(PostgresServer server) {
        for (int i = 0; i < 2; i++) {
            run(server, "backup-push", server.dataDirectory().toString());
        }
    }

    private void restore(String fetch) {
        Path data = cli.path("restored");
        run("backup-fetch", data.toString(), "LATEST");
        requirePrivate(data);
        try (PostgresServer server = Recovery.of(VERSION, data, fetch).start()) {
            assertEquals(50000, server.queryLong("SELECT count(*) FROM t"));
            requirePrivate(data);
        }
    }

    /** The cache beside the programs is for all who may run them; that of a user is the user's. */
    private void optimize() throws IOException {
        Path lib = cli.path("..").resolve("walarchive/lib");
        Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("r-xr-xr-x"));
        run("optimize");
        assertTrue(Files.isDirectory(cache.resolve("walarchive")), () -> "nothing in " + cache);
        try (Stream<Path> made = Files.list(cache)) {
            made.forEach(PermissionsIT::requirePrivate);
        } finally {
            Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void requirePrivate(Path root) {
        assertEquals(List.of(), PrivateFiles.exposed(root));
    }

    private static void requirePrivate(Path root, String own) {
        List<String> exposed = new ArrayList<>(PrivateFiles.exposed(root));
        exposed.remove(own.substring(1) + " " + root);
        assertEquals(List.of(), exposed);
    }

    @Test
    @DisplayName(
            "nothing is made with rights for others, not for a moment, nor under a name that others could have taken")
    void whatIsMade() throws IOException {
        assumeTrue(SystemCalls.canBeRecorded(), "needs strace");
        Path segment;
        String programs;
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(shellCommand("000", "wal-push %p"))
                .create()) {
            server.start();
            recorded("push", () -> backUpTwice(server));
            server.execute("CREATE TABLE t AS SELECT generate_series(1, 50000) AS i");
            String name = server.switchWal();
            programs = server.programs().toString();
            server.awaitArchived(name);
            segment = Files.copy(
                    server.walDirectory().resolve(name), directory("wal").resolve(name));
            OrdinaryUser.give(segment);
            recorded("agent", () -> runAgent(server));
            server.stop(PostgresServer.StopMode.IMMEDIATE);
        }
        recorded("wal-push", () -> run("wal-push", segment.toString()));
        Path fetched = directory("fetched").resolve("RECOVERYXLOG");
        recorded("wal-fetch", () -> run("wal-fetch", segment.getFileName().toString(), fetched.toString()));
        recorded("backup-fetch", () -> restore(recordedFetch(cli.path("record-prefetch"))));
        requireClosed("prefetch", cli.path("record-prefetch"));
        recorded("drill", () -> run("drill", "--bin-dir", programs, "--directory", temporary.toString()));
        recorded("delete", () -> run("delete", "--confirm", "retain", "1"));
        recorded("verify", () -> run("verify", "--deep"));
    }

    /** What it starts goes on after its end, and is watched by somebody who is not waited for. */
    private String recordedFetch(Path record) {
        return "umask 000; " + String.join(" ", SystemCalls.recording(record)).replaceFirst("strace", "strace -D -A")
                + " env " + cli.shellCommand(FETCH);
    }

    private void runAgent(PostgresServer server) {
        CliProcess.Running agent =
                cli.start(places, "agent", server.dataDirectory().toString()).awaitLog("the agent serves");
        server.awaitArchived(server.switchWal());
        endAgent(agent);
    }

    private void recorded(String what, Runnable commands) {
        Path log = cli.path("record-" + ++records + "-" + what);
        List<String> above = new ArrayList<>(umask("000"));
        above.addAll(SystemCalls.recording(log));
        cli.under(above);
        commands.run();
        cli.under(List.of());
        requireClosed(what, log);
    }

    private void requireClosed(String what, Path log) {
        List<SystemCall> made = SystemCalls.read(log, cli.path("")).stream()
                .filter(SystemCall::creates)
                .filter(call -> !call.path().startsWith("/dev"))
                .toList();
        assertFalse(made.isEmpty() && !what.equals("verify"), "nothing was recorded of " + what);
        assertEquals(List.of(), exposed(made), what);
        assertEquals(List.of(), swappable(made), what);
    }

    /** What others could open, but for what lies where they cannot go. */
    private List<SystemCall> exposed(List<SystemCall> made) {
        Set<Path> closed = new HashSet<>();
        List<SystemCall> exposed = new ArrayList<>();
        for (SystemCall call : made) {
            if ((call.mode() & 0077) == 0) {
                if (call.name().startsWith("mkdir") && call.path().startsWith(temporary)) {
                    closed.add(call.path());
                }
            } else if (closed.stream().noneMatch(call.path()::startsWith)) {
                exposed.add(call);
            }
        }
        return exposed;
    }

    /** What, where anybody may make files, would be written through a link that somebody made before. */
    private List<SystemCall> swappable(List<SystemCall> made) {
        return made.stream()
                .filter(call -> call.path().startsWith(temporary))
                .filter(call -> call.isOpen() && !call.arguments().contains("O_EXCL"))
                .filter(call -> call.path().getParent().equals(temporary))
                .toList();
    }
}
