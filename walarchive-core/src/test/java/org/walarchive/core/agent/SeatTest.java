package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.LocalFileException;

final class SeatTest {

    private static final Optional<String> ADDRESS = Optional.of("memory://m");

    @TempDir
    Path wal;

    private Path spool;

    @BeforeEach
    void name() {
        spool = wal.resolve(".walarchive");
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(spool.resolve(file)));
    }

    @Test
    void onlyTheOwnerSeesWhatIsInIt() throws Exception {
        try (Seat seat = Seat.take(spool, ADDRESS)) {
            assertTrue(seat.isHeld());
            assertEquals("rwx------", mode(""));
            assertEquals("rw-------", mode("agent.lock"));
            assertEquals("rw-------", mode("agent.address"));
            assertEquals(
                    "memory://m\n" + ProcessHandle.current().pid() + "\n",
                    Files.readString(spool.resolve("agent.address")));
        }
        assertFalse(Files.exists(spool.resolve("agent.address")));
    }

    @Test
    void thereIsOne() throws Exception {
        try (Seat seat = Seat.take(spool, ADDRESS)) {
            LocalFileException e =
                    assertThrows(LocalFileException.class, () -> Seat.take(spool, Optional.of("memory://other")));
            assertTrue(
                    e.detail()
                            .orElse("")
                            .contains("as process " + ProcessHandle.current().pid()),
                    e.detail()::get);
            assertTrue(seat.isHeld());
        }
        Seat.take(spool, ADDRESS).close();
    }

    @Test
    void whatADeadAgentLeftIsReplaced() throws Exception {
        Files.createDirectory(
                spool, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxr-x")));
        Files.writeString(spool.resolve("agent.lock"), "");
        Files.writeString(spool.resolve("agent.address"), "memory://old\n1\n");
        try (Seat seat = Seat.take(spool, ADDRESS)) {
            assertEquals("rwx------", mode(""));
            assertTrue(Files.readString(spool.resolve("agent.address")).startsWith("memory://m\n"));
            Files.writeString(spool.resolve("agent.address"), "memory://somebody\n");
            seat.requireAddress();
            assertTrue(Files.readString(spool.resolve("agent.address")).startsWith("memory://m\n"));
        }
    }

    @Test
    void anArchiveThatNobodyCanCompareHasNoAddressFile() throws Exception {
        Files.createDirectory(spool);
        Files.writeString(spool.resolve("agent.address"), "memory://old\n1\n");
        try (Seat seat = Seat.take(spool, Optional.empty())) {
            assertTrue(seat.isHeld());
            assertFalse(Files.exists(spool.resolve("agent.address")));
        }
    }

    @Test
    void aLockOnAFileThatIsGoneIsNone() throws Exception {
        Seat seat = Seat.take(spool, ADDRESS);
        Files.delete(spool.resolve("agent.lock"));
        assertFalse(seat.isHeld());
        try (Seat other = Seat.take(spool, Optional.of("memory://other"))) {
            assertFalse(seat.isHeld());
            assertTrue(other.isHeld());
            seat.close();
            assertTrue(Files.readString(spool.resolve("agent.address")).startsWith("memory://other\n"));
        }
    }

    @Test
    void aLinkInItsPlaceIsRefused() throws Exception {
        Path elsewhere = Files.createDirectory(wal.resolve("elsewhere"));
        Files.createSymbolicLink(spool, elsewhere);
        assertThrows(IOException.class, () -> Seat.take(spool, ADDRESS));
    }
}
