package org.walarchive.core.openpgp;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.Encryption;

/** A gpg that does not answer, such as one whose agent waits for a passphrase. */
@Timeout(60)
final class GpgProgramIT {

    /** Says its process id, and waits as long as it is let. */
    private static final String SCRIPT = """
            #!/bin/sh
            echo $$ > "${0%/*}/pid"
            exec sleep 600
            """;

    private static final List<byte[]> PACKETS = List.of(new byte[] {3, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0});

    @TempDir
    private Path directory;

    private GpgProgram gpg(Duration longestWait) throws IOException {
        Path program = Files.writeString(directory.resolve("gpg"), SCRIPT);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new GpgProgram(
                Encryption.builder()
                        .gnupgHome(directory)
                        .gpgProgram(program.toString())
                        .build(),
                longestWait);
    }

    /** Waits until the process has ended, and for no more than the test may take; a slow machine ends it before it says its id. */
    private void assertEnded() throws Exception {
        Path file = directory.resolve("pid");
        String pid = Files.exists(file) ? Files.readString(file).strip() : "";
        if (pid.isEmpty()) {
            return;
        }
        ProcessHandle.of(Long.parseLong(pid))
                .ifPresent(process ->
                        process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
    }

    @Test
    void isNotWaitedForWithoutEnd() throws Exception {
        GpgProgram gpg = gpg(Duration.ofSeconds(2));
        DecryptionException e = assertThrows(DecryptionException.class, () -> gpg.find(PACKETS));
        assertTrue(e.getMessage().startsWith("It is encrypted to key 0102030405060708, "), e.getMessage());
        assertTrue(e.getMessage().endsWith("has not answered for 2 seconds."), e.getMessage());
        assertTrue(e.of("x", "y").hint().orElseThrow().contains("wait for a passphrase"));
        assertEnded();
    }

    @Test
    void interruptEndsIt() throws Exception {
        GpgProgram gpg = gpg(Duration.ofMinutes(5));
        Thread.currentThread().interrupt();
        assertThrows(ClosedByInterruptException.class, () -> gpg.find(PACKETS));
        assertTrue(Thread.interrupted(), "the interrupt is kept");
    }
}
