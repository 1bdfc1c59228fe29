package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.OrdinaryUser;

/** Who may talk to the agent, were the rights of its socket loosened: the same user and root. */
@Timeout(280)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class PeerIT {

    /** A user who owns nothing. */
    private static final String STRANGER = "54321";

    private static final String TURNED_AWAY = "a client of another user was turned away";
    private static final int DONE = 0;
    private static final int NOT_PUSHED = 1;
    private static final int NOT_FETCHED = 255;

    private final CliProcess cli = new CliProcess();
    private final SocketClient client = new SocketClient(cli);
    private final Path wal = cli.path("data/pg_wal");
    private final Path socket = SocketClient.socket(wal);

    @AfterEach
    void close() {
        cli.close();
    }

    @Test
    @DisplayName("nobody but its own user and root is served by the agent, whatever the rights of its socket are")
    void othersAreTurnedAway() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs the right to become somebody else");
        MadeSegment.write(wal, 1);
        MadeSegment.write(wal, 2);
        MadeSegment.write(wal, 3);
        Files.createDirectories(wal.resolve("archive_status"));
        OrdinaryUser.give(cli.path("data"));
        CliProcess.Running agent =
                cli.start(Map.of(), "agent", "--prefetch", "0", wal.toString()).awaitLog("the agent serves");
        loosen();

        assertEquals(NOT_PUSHED, run(stranger(), "F", MadeSegment.name(1)));
        assertFalse(archived(1), "pushed for a stranger");
        agent.awaitLog(TURNED_AWAY);

        assertEquals(DONE, run(List.of(), "F", MadeSegment.name(1)), "root");
        assertEquals(DONE, run(OrdinaryUser.command(List.of()), "F", MadeSegment.name(2)), "its own user");
        assertTrue(archived(1) && archived(2), "pushed");

        Path target = wal.resolve("fetched");
        assertEquals(NOT_FETCHED, run(stranger(), "f", MadeSegment.name(1), target.toString()));
        assertFalse(Files.exists(target), "fetched for a stranger");
        assertEquals("", answer(stranger()), "the status is told to a stranger");
        assertEquals(DONE, run(List.of(), "f", MadeSegment.name(1), target.toString()), "root");
        assertEquals("O", answer(List.of()), "the status is told to root");

        agent.process().descendants().forEach(ProcessHandle::destroy);
        agent.process().destroy();
        String log = agent.await().log();
        assertEquals(3, log.split(TURNED_AWAY, -1).length - 1, log);
    }

    /** Everybody may get to the socket and write to it. */
    private void loosen() throws IOException {
        for (Path path = socket.getParent(); path.startsWith(cli.path("data")); path = path.getParent()) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    private static List<String> stranger() {
        return List.of("setpriv", "--reuid=" + STRANGER, "--regid=" + STRANGER, "--clear-groups", "--");
    }

    private int run(List<String> as, String... request) throws Exception {
        return client.start(as, socket, request).waitFor();
    }

    private String answer(List<String> as) throws Exception {
        Process process = client.start(as, socket, "S");
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private boolean archived(int number) {
        return cli.archived("wal_005").contains(MadeSegment.name(number) + ".lzo");
    }
}
