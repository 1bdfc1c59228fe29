package org.walarchive.core.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ConfigurationException;

final class ServerProgramsTest {

    @TempDir
    private Path directory;

    /** Makes a program that prints a line. */
    private Path program(String where, String name, String line) throws IOException {
        Path bin = Files.createDirectories(directory.resolve(where));
        Path program = Files.writeString(bin.resolve(name), "#!/bin/sh\necho '" + line + "'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return bin;
    }

    private static Path find(Optional<Path> given, String path, String major) throws Exception {
        return new ServerPrograms(given, path).postgres(major);
    }

    @ParameterizedTest
    @CsvSource({"180006,18", "100023,10", "90624,9.6"})
    void majors(int version, String major) {
        assertEquals(major, ServerPrograms.major(version));
    }

    @ParameterizedTest
    @CsvSource({
        "'PostgreSQL 13.22 on x86_64-pc-linux-gnu, compiled by gcc 7.5.0, 64-bit',13",
        "'PostgreSQL 9.6.24 on x86_64-pc-linux-gnu, compiled by gcc 7.5.0, 64-bit',9.6",
        "'not PostgreSQL 13.22',",
    })
    void majorsOfWhatServersSay(String text, String major) {
        assertEquals(Optional.ofNullable(major), ServerPrograms.majorOfText(text));
    }

    @ParameterizedTest
    @CsvSource({
        "postgres (PostgreSQL) 42.11,42",
        "postgres (PostgreSQL) 42.11 (Debian 42.11-1.pgdg120+1),42",
        "postgres (PostgreSQL) 42beta1,42",
        "postgres (PostgreSQL) 8.3.24,8.3",
    })
    void inPathByItsRelease(String line, String major) throws Exception {
        Path other = program("other", "postgres", "postgres (PostgreSQL) 41.1");
        Path bin = program("bin", "postgres", line);
        assertEquals(bin.resolve("postgres"), find(Optional.empty(), other + "::" + bin, major));
    }

    @Test
    void whereConfigSays() throws Exception {
        Path bin = program("deep", "postgres", "postgres (PostgreSQL) 42.1");
        Path path = program("path", "pg_config", bin.toString());
        assertEquals(bin.resolve("postgres"), find(Optional.empty(), path.toString(), "42"));
    }

    @Test
    void nowhere() throws Exception {
        program("bin", "postgres", "what?");
        ConfigurationException failure = assertThrows(
                ConfigurationException.class,
                () -> find(Optional.empty(), directory.resolve("bin").toString(), "42"));
        assertEquals("no programs of PostgreSQL 42 found", failure.getMessage());
    }

    @Test
    void ofAnotherReleaseThanGiven() throws Exception {
        Path bin = program("bin", "postgres", "postgres (PostgreSQL) 42.1");
        assertEquals(bin.resolve("postgres"), find(Optional.of(bin), "", "42"));
        ConfigurationException failure =
                assertThrows(ConfigurationException.class, () -> find(Optional.of(bin), bin.toString(), "43"));
        assertTrue(failure.getMessage().endsWith("are of PostgreSQL 42, and the backup is of 43"));
        assertThrows(ConfigurationException.class, () -> find(Optional.of(directory), bin.toString(), "42"));
    }
}
