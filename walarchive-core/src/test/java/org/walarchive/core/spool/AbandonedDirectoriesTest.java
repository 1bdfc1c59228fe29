package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AbandonedDirectoriesTest {

    private static final String NAME = "000000010000000000000008";

    /** Beyond what Linux gives to processes. */
    private static final long NOBODY = 2_000_000_000;

    @TempDir
    Path base;

    private final Instant now = Instant.now();
    private Path spool;

    @BeforeEach
    void make() throws IOException {
        spool = Files.createDirectories(base.resolve("pg_wal/.walarchive"));
    }

    private int sweep() {
        return new AbandonedDirectories(spool, () -> now).sweep();
    }

    private Path made(String name, Duration age) throws IOException {
        Path directory = Files.createDirectory(spool.resolve(name));
        age(Files.writeString(directory.resolve("RECOVERYXLOG"), "part of a segment"), age);
        return age(directory, age);
    }

    private Path age(Path path, Duration age) throws IOException {
        return Files.setLastModifiedTime(path, FileTime.from(now.minus(age)));
    }

    private static Duration minutes(int minutes) {
        return Duration.ofMinutes(minutes);
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME + ".", "00000002.history.", NAME + ".00000028.backup.", ".wa"})
    void whatADeadProcessLeftIsRemoved(String name) throws IOException {
        made(name + NOBODY, minutes(21));
        assertEquals(1, sweep());
        assertFalse(Files.exists(spool.resolve(name + NOBODY)));
        assertEquals(0, sweep());
    }

    @Test
    void whatIsYoungIsNot() throws IOException {
        Path directory = made(NAME + "." + NOBODY, minutes(19));
        assertEquals(0, sweep());
        age(directory, minutes(21));
        // the agent writes into it still
        assertEquals(0, sweep());
        age(directory.resolve("RECOVERYXLOG"), minutes(21));
        assertEquals(1, sweep());
    }

    @Test
    void whatALivingProcessMadeIsNot() throws Exception {
        Process process = new ProcessBuilder("sleep", "100").start();
        try {
            made(NAME + "." + process.pid(), Duration.ZERO);
            AbandonedDirectories later = new AbandonedDirectories(spool, () -> now.plus(minutes(60)));
            assertEquals(0, later.sweep());
            process.destroyForcibly().waitFor();
            assertEquals(1, later.sweep());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aNumberThatWasGivenAgainProtectsNothing() throws Exception {
        Process process = new ProcessBuilder("sleep", "100").start();
        try {
            made(NAME + "." + process.pid(), minutes(21));
            assertEquals(1, sweep());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void nothingElseIsTouched() throws IOException {
        for (String name : new String[] {
            "archived", "prefetch", NAME, NAME + ".0", NAME + ".x", "x." + NOBODY, NAME + ".00000028", ".wa", ".wax"
        }) {
            made(name, minutes(100));
        }
        age(Files.createFile(spool.resolve(NAME + "." + NOBODY)), minutes(100));
        Path elsewhere = Files.createDirectory(base.resolve("elsewhere"));
        Files.createFile(elsewhere.resolve("file"));
        age(elsewhere, minutes(100));
        Files.createSymbolicLink(spool.resolve("00000002.history." + NOBODY), elsewhere);
        assertEquals(0, sweep());
        assertTrue(Files.exists(elsewhere.resolve("file")));
    }

    @Test
    void whatCannotBeRemovedIsLeft() throws IOException {
        Path directory = made(NAME + "." + NOBODY, minutes(100));
        Path inner = Files.createDirectory(directory.resolve("inner"));
        age(Files.createFile(inner.resolve("file")), minutes(100));
        age(inner, minutes(100));
        age(directory, minutes(100));
        assertEquals(0, sweep());
        assertTrue(Files.exists(inner.resolve("file")));
    }

    @Test
    void aSpoolSweepsThemToo() throws IOException {
        Path directory = made(NAME + "." + NOBODY, minutes(100));
        Spool.beside(base.resolve("pg_wal"), "memory://m").sweep();
        assertFalse(Files.exists(directory));
    }
}
