package org.walarchive.core.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.BackupDetails;
import org.walarchive.LocalFileException;
import org.walarchive.RecoveryTarget;
import org.walarchive.core.server.ControlFile;
import org.walarchive.drill.DrillRequest;

/** A drill's server works on what somebody else put into the store, on a machine that has other servers. */
final class HostileBackupTest {

    private static final ControlFile.Parameters PARAMETERS = new ControlFile.Parameters(100, 8, Optional.of(10), 0, 64);

    @TempDir
    private Path temporary;

    private DrillDirectory drill;
    private Path elsewhere;

    @BeforeEach
    void restoreNothing() throws Exception {
        drill = new DrillDirectory(Files.createDirectory(temporary.resolve("drill")), temporary.resolve("socket"));
        Files.createDirectory(drill.data());
        Files.createDirectory(drill.configuration());
        elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "precious");
    }

    private Path link(String name, Path to) throws IOException {
        Path path = drill.data().resolve(name);
        Files.createDirectories(path.getParent());
        return Files.createSymbolicLink(path, to);
    }

    private void write(String major, DrillRequest request) throws LocalFileException {
        new DrillConfiguration(drill, major, PARAMETERS).write(request);
    }

    private Map<String, String> everythingElsewhere() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(elsewhere)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                all.put(path.getFileName().toString(), Files.readString(path));
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "17, recovery.signal",
        "17, standby.signal",
        "17, recovery.conf",
        "17, postgresql.auto.conf",
        "17, postmaster.pid",
        "9.6, recovery.conf",
        "9.6, recovery.signal",
        "9.6, postgresql.auto.conf"
    })
    void nothingIsWrittenThroughALink(String major, String name) throws Exception {
        link(name, elsewhere.resolve("file"));
        write(major, DrillRequest.builder().build());
        assertFalse(Files.isSymbolicLink(drill.data().resolve(name)));

        Files.deleteIfExists(drill.data().resolve(name));
        link(name, elsewhere.resolve("new"));
        write(major, DrillRequest.builder().build());
        assertEquals(Map.of("file", "precious"), everythingElsewhere());
    }

    @Test
    void linksOutOfTheDirectoryAreRemoved() throws Exception {
        drill.prepareTablespaces(List.of(new BackupDetails.Tablespace("16384", "/original")));
        Files.createDirectories(drill.data().resolve("base"));
        List<Path> out = List.of(
                link("pg_xact", elsewhere),
                link("base/1", elsewhere.resolve("file")),
                link("pg_stat/global.stat", elsewhere.resolve("new")),
                link("pg_tblspc/99", elsewhere),
                link("base/2", Path.of("../../../elsewhere")),
                link("base/3", drill.data().resolve("pg_xact")),
                link("circle", Path.of("circle")),
                Files.createSymbolicLink(drill.root().resolve("tablespaces/16384/PG_17_1"), elsewhere));
        List<Path> in = List.of(link("base/4", Path.of("../base")), drill.data().resolve("pg_tblspc/16384"));

        drill.closeWaysOut();

        for (Path path : out) {
            assertFalse(Files.exists(path, LinkOption.NOFOLLOW_LINKS), path.toString());
        }
        for (Path path : in) {
            assertTrue(Files.isSymbolicLink(path), path.toString());
        }
        assertEquals(Map.of("file", "precious"), everythingElsewhere());
    }

    /** The release is part of the path of the program that is started. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "17/../../../../tmp/evil",
                "17\n/../../evil",
                "../evil",
                "",
                "1",
                "170",
                "9",
                "9.66",
                "x",
                "-1",
                "1.7"
            })
    void whatIsNoReleaseIsRefused(String text) throws Exception {
        Files.writeString(drill.data().resolve("PG_VERSION"), text);
        assertThrows(LocalFileException.class, () -> DrillRun.major(drill.data()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9.6", "10", "17", "18"})
    void releasesAreRead(String text) throws Exception {
        Files.writeString(drill.data().resolve("PG_VERSION"), text + "\n");
        assertEquals(text, DrillRun.major(drill.data()));
    }

    @Test
    void linksAndHugeFilesAreNotRead() throws Exception {
        Path link = link("PG_VERSION", elsewhere.resolve("file"));
        assertThrows(LocalFileException.class, () -> RestoredFile.read(link));
        Path huge = drill.data().resolve("backup_label");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        LocalFileException e = assertThrows(LocalFileException.class, () -> RestoredFile.read(huge));
        assertTrue(e.detail().orElseThrow().contains("longer than"), e.detail()::get);
    }

    /** The lines of the restore are told from those of the backup, which AutoConf made remarks. */
    @Test
    void aCarriageReturnBeginsNoLine() throws Exception {
        Files.writeString(drill.data().resolve("postgresql.auto.conf"), """
                work_mem = '1MB' #\rrestore_command = 'touch evil'
                archive_cleanup_command = 'touch evil'
                restore_command = 'good'
                recovery_target_name = 'é'
                """);
        write("17", DrillRequest.builder().target(new RecoveryTarget.Name("é")).build());
        assertEquals(
                "restore_command = 'good'\nrecovery_target_name = 'é'\n",
                Files.readString(drill.data().resolve("postgresql.auto.conf")));
    }

    @Test
    void historyWithoutAncestorIsNoEndOfRecovery() throws Exception {
        Files.createDirectories(drill.data().resolve("pg_wal"));
        Files.writeString(drill.data().resolve("pg_wal/FFFFFFFF.history"), "\n");
        assertThrows(LocalFileException.class, () -> RecoveryEnd.read(drill.data()));
    }
}
