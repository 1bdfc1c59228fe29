package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.postgres.WalFileName;

final class WantedFilesTest {

    private static final String SEGMENT = "00000001000000000000000A";

    @TempDir
    Path wal;

    @BeforeEach
    void status() throws IOException {
        Files.createDirectory(wal.resolve("archive_status"));
    }

    private void ready(String name) throws IOException {
        Files.createFile(wal.resolve("archive_status").resolve(name + ".ready"));
    }

    private List<String> wanted(String name) throws IOException {
        return WantedFiles.of(WalFileName.parse(name), wal).stream()
                .map(WalFileName::text)
                .sorted()
                .toList();
    }

    @Test
    void aSegmentThatIsReady() throws IOException {
        ready(SEGMENT);
        ready(SEGMENT + ".00000028.backup");
        assertEquals(List.of(SEGMENT), wanted(SEGMENT));
    }

    @Test
    void aBackupFileWhoseNameWasCut() throws IOException {
        ready(SEGMENT + ".00000028.backup");
        ready("00000001000000000000000B");
        assertEquals(List.of(SEGMENT + ".00000028.backup"), wanted(SEGMENT));
    }

    @Test
    void aPartialSegmentWhoseNameWasCut() throws IOException {
        ready(SEGMENT + ".partial");
        assertEquals(List.of(SEGMENT + ".partial"), wanted(SEGMENT));
    }

    @Test
    void whatIsNotReadyIsTakenAtItsWord() throws IOException {
        assertEquals(List.of(SEGMENT), wanted(SEGMENT));
        ready(SEGMENT + ".00000028.backup");
        assertEquals(List.of(SEGMENT + ".partial"), wanted(SEGMENT + ".partial"));
        assertEquals(List.of("00000002.history"), wanted("00000002.history"));
    }

    @Test
    void whatIsNoWalFileIsNeverWanted() throws IOException {
        ready(SEGMENT + ".x");
        assertEquals(List.of(SEGMENT), wanted(SEGMENT));
    }
}
