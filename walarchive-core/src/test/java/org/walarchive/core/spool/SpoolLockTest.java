package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpoolLockTest {

    private static final int TAKEN = 3;

    @TempDir
    private Path directory;

    private Path file;

    /** Another process that wants the lock. */
    static final class Other {
        private Other() {}

        /** Ends with 0 if it got the lock. */
        public static void main(String[] arguments) throws IOException {
            System.exit(SpoolLock.tryLock(Path.of(arguments[0])).isPresent() ? 0 : TAKEN);
        }
    }

    private int other() throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        file.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    @BeforeEach
    void name() {
        file = directory.resolve("lock");
    }

    /** To look for a lock of its own, a process must not open the file: closing it again would free the lock. */
    @Test
    void lookingDoesNotFreeIt() throws IOException, InterruptedException {
        try (SpoolLock lock = SpoolLock.tryLock(file).orElseThrow()) {
            assertTrue(SpoolLock.isHeld(file));
            assertEquals(Optional.empty(), SpoolLock.tryLock(file));
            assertEquals(
                    Optional.empty(), SpoolLock.tryLock(directory.resolve("../" + directory.getFileName() + "/lock")));
            assertEquals(TAKEN, other());
            assertTrue(lock.isInPlace());
        }
        assertFalse(SpoolLock.isHeld(file));
        assertEquals(0, other());
    }

    @Test
    void aFileInItsPlaceIsAnotherLock() throws IOException {
        try (SpoolLock lock = SpoolLock.tryLock(file).orElseThrow()) {
            Files.delete(file);
            assertFalse(lock.isInPlace());
            assertFalse(SpoolLock.isHeld(file));
            try (SpoolLock next = SpoolLock.tryLock(file).orElseThrow()) {
                assertTrue(next.isInPlace());
            }
        }
    }
}
