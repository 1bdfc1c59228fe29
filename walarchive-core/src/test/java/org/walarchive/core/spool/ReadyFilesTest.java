package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.postgres.WalFileName;

final class ReadyFilesTest {

    @TempDir
    Path wal;

    private List<String> first(int limit) throws IOException {
        return new ReadyFiles(wal)
                .scan(limit).first().stream().map(WalFileName::text).toList();
    }

    @Test
    void comeInPostgresqlsOrder() throws IOException {
        Path status = Files.createDirectory(wal.resolve("archive_status"));
        for (String entry : List.of(
                "000000020000000000000001.ready",
                "0000000100000000000000FF.ready",
                "000000010000000000000003.ready",
                "000000010000000000000003.00000028.backup.ready",
                "000000010000000000000004.partial.ready",
                "000000010000000000000002.done",
                "00000003.history.ready",
                "00000002.history.ready",
                "00000004.history.done",
                "x.ready",
                ".ready",
                "000000010000000000000002.ready.tmp")) {
            Files.createFile(status.resolve(entry));
        }
        List<String> all = List.of(
                "00000002.history",
                "00000003.history",
                "000000010000000000000003",
                "000000010000000000000003.00000028.backup",
                "000000010000000000000004.partial",
                "0000000100000000000000FF",
                "000000020000000000000001");
        for (int limit = 0; limit < 9; limit++) {
            assertEquals(all.subList(0, Math.min(limit, all.size())), first(limit));
            assertEquals(all.size(), new ReadyFiles(wal).scan(limit).count());
        }
        assertTrue(new ReadyFiles(wal).contains("00000002.history"));
        assertFalse(new ReadyFiles(wal).contains("00000004.history"));
        assertEquals(wal.resolve("00000002.history"), new ReadyFiles(wal).path(WalFileName.parse("00000002.history")));
    }

    @Test
    void areNoneWithoutTheDirectory() throws IOException {
        assertEquals(List.of(), first(10));
    }
}
