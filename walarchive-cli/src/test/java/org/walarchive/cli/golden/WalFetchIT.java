package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.cli.interop.Tools;
import org.walarchive.core.testing.OrdinaryUser;

/** {@code wal-fetch} of what WAL-E pushed: the right bytes, or a code that PostgreSQL does not take for the end of WAL. */
final class WalFetchIT {

    private static final int ABSENT = 1;

    @TempDir
    private Path directory;

    private Path target;

    @BeforeEach
    void open() throws IOException {
        target = Files.createDirectory(directory.resolve("pg_wal")).resolve("RECOVERYXLOG");
        Ground.open(directory);
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TBLSPC"})
    void everyFileIsWhatLzopDecompresses(WalEArchive archive) throws IOException {
        Program lzop = Tools.require("lzop");
        Path copy = archive.copyTo(directory);
        Path expected = directory.resolve("expected");
        List<String> names = archive.walFiles();
        assertTrue(names.size() >= 6, names.toString());
        for (String name : names) {
            String object = copy.resolve("wal_005").resolve(name + ".lzo").toString();
            Files.deleteIfExists(expected);
            lzop.run("-d", "-o", expected.toString(), object).requireExit(0);
            Program.walarchive()
                    .on(copy)
                    .run("wal-fetch", "--prefetch", "0", name, target.toString())
                    .requireExit(0);
            assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(target), name);
            assertEquals(1, Files.list(target.getParent()).count(), "only the file itself is left");
        }
    }

    /** Whatever stood at the target, perhaps of an earlier recovery, must not be taken for the file. */
    @Test
    void anOldTargetIsReplaced() throws IOException {
        Path archive = WalEArchive.PLAIN.copyTo(directory);
        Files.writeString(target, "old");
        OrdinaryUser.give(target);
        Program.walarchive()
                .on(archive)
                .run("wal-fetch", "00000002.history", target.toString())
                .requireExit(0);
        assertTrue(Files.readString(target).startsWith("1\t0/"), () -> "no history: " + target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000100000000000000EE",
                "00000003.history",
                "00000002000000000000000E.00000028.backup",
                "00000001000000000000000E.partial"
            })
    void anAbsentFileIsTold(String name) {
        Path archive = WalEArchive.PLAIN.copyTo(directory);
        Map<String, String> before = Ground.describe(directory);
        assertEquals(
                "",
                Program.walarchive()
                        .on(archive)
                        .run("wal-fetch", name, target.toString())
                        .requireExit(ABSENT)
                        .output());
        assertEquals(before, Ground.describe(directory));
    }

    /** A wrong prefix, or a file system that is not mounted. */
    @ParameterizedTest
    @ValueSource(strings = {"000000010000000000000006", "00000002.history"})
    void whereThereIsNoArchiveNothingIsAbsent(String name) throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        OrdinaryUser.give(empty);
        Map<String, String> before = Ground.describe(directory);
        for (Path prefix : List.of(empty, directory.resolve("missing"), empty.resolve("missing/too"))) {
            Program.walarchive()
                    .on(prefix)
                    .run("wal-fetch", name, target.toString())
                    .requireRefusal(DamagedWalIT.STOP_RECOVERY, prefix.toString(), name);
        }
        assertEquals(before, Ground.describe(directory));
    }

    /** An archive that may not be read is not known to lack anything. */
    @Test
    void aForbiddenArchiveIsNotAnEmptyOne() throws IOException {
        Path archive = WalEArchive.PLAIN.copyTo(directory);
        Path wal = archive.resolve("wal_005");
        Files.setPosixFilePermissions(wal, Set.of());
        Program.walarchive()
                .on(archive)
                .with("WALARCHIVE_RETRY_DEADLINE", "1")
                .run("wal-fetch", "0000000100000000000000EE", target.toString())
                .requireRefusal(DamagedWalIT.STOP_RECOVERY, "0000000100000000000000EE");
    }
}
