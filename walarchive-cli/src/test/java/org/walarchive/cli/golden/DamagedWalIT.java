package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.ArchiveConfig;
import org.walarchive.CorruptArchiveException;
import org.walarchive.WalArchive;
import org.walarchive.cli.interop.Ground;
import org.walarchive.cli.interop.Program;
import org.walarchive.postgres.WalFileName;

/** Objects of WAL-E's archive that were damaged: recovery stops, and nothing is delivered. */
final class DamagedWalIT {

    /** Above 125, recovery ends with an error; 1 to 125 would be "no such file": the end of WAL. */
    static final int STOP_RECOVERY = 255;

    private static final String SEGMENT = "00000001000000000000000C";
    private static final String OTHER_SEGMENT = "00000001000000000000000B";
    private static final String HISTORY = "00000002.history";
    private static final String BACKUP = "000000010000000000000008.00000028.backup";

    /** What befell an object. */
    enum Damage {
        LOST_ITS_SECOND_HALF(SEGMENT) {
            @Override
            byte[] of(byte[] object) {
                return Arrays.copyOf(object, object.length / 2);
            }
        },
        LOST_ITS_END_MARK(SEGMENT) {
            @Override
            byte[] of(byte[] object) {
                return Arrays.copyOf(object, object.length - 4);
            }
        },
        LOST_EVERYTHING(SEGMENT) {
            @Override
            byte[] of(byte[] object) {
                return new byte[0];
            }
        },
        HISTORY_LOST_EVERYTHING(HISTORY) {
            @Override
            byte[] of(byte[] object) {
                return new byte[0];
            }
        },
        ONE_BIT_IS_WRONG(SEGMENT) {
            @Override
            byte[] of(byte[] object) {
                byte[] damaged = object.clone();
                damaged[object.length / 2] ^= 0x10;
                return damaged;
            }
        },
        HAS_BYTES_AFTER_ITS_END(SEGMENT) {
            @Override
            byte[] of(byte[] object) {
                return Arrays.copyOf(object, object.length + 512);
            }
        },
        IS_ANOTHER_SEGMENT(SEGMENT) {
            @Override
            byte[] of(byte[] object) throws IOException {
                return archived(WalEArchive.PLAIN, OTHER_SEGMENT);
            }
        },
        IS_OF_THE_NEXT_TIMELINE("00000001000000000000000D") {
            @Override
            byte[] of(byte[] object) throws IOException {
                return archived(WalEArchive.PLAIN, "00000002000000000000000D");
            }
        },
        IS_HALF_A_SEGMENT(SEGMENT) {
            @Override
            byte[] of(byte[] object) throws IOException {
                return StoredLzop.of(Arrays.copyOf(content(), 512 * 1024));
            }
        },
        IS_A_SEGMENT_AND_A_PAGE(SEGMENT) {
            @Override
            byte[] of(byte[] object) throws IOException {
                return StoredLzop.of(Arrays.copyOf(content(), 1024 * 1024 + 8192));
            }
        },
        IS_ZEROS(SEGMENT) {
            @Override
            byte[] of(byte[] object) {
                return StoredLzop.of(new byte[1024 * 1024]);
            }
        },
        IS_A_COMPRESSED_NOTHING(SEGMENT) {
            @Override
            byte[] of(byte[] object) {
                return StoredLzop.of(new byte[0]);
            }
        },
        HISTORY_IS_A_COMPRESSED_NOTHING(HISTORY) {
            @Override
            byte[] of(byte[] object) {
                return StoredLzop.of(new byte[0]);
            }
        },
        HISTORY_IS_ZEROS(HISTORY) {
            @Override
            byte[] of(byte[] object) {
                return StoredLzop.of(new byte[42]);
            }
        },
        BACKUP_LABEL_IS_A_HISTORY(BACKUP) {
            @Override
            byte[] of(byte[] object) throws IOException {
                return archived(WalEArchive.PLAIN, HISTORY);
            }
        };

        private final String file;

        Damage(String file) {
            this.file = file;
        }

        abstract byte[] of(byte[] object) throws IOException;
    }

    @TempDir
    private Path directory;

    private Path archive;
    private Path target;

    @BeforeEach
    void copyTheArchive() throws IOException {
        archive = WalEArchive.PLAIN.copyTo(directory);
        target = Files.createDirectory(directory.resolve("pg_wal")).resolve("RECOVERYXLOG");
        Ground.open(directory);
    }

    private Path object(String name) {
        return archive.resolve("wal_005").resolve(name + ".lzo");
    }

    private static byte[] archived(WalEArchive archive, String name) throws IOException {
        return Files.readAllBytes(archive.directory().resolve("store/wal_005").resolve(name + ".lzo"));
    }

    private static byte[] content() throws IOException {
        Path temporary = Files.createTempDirectory("walarchive-test");
        try {
            return Files.readAllBytes(WalEArchive.PLAIN.fetch(SEGMENT, temporary));
        } finally {
            Ground.delete(temporary);
        }
    }

    /** The damages below count only if an object made the same way, of the right content, is delivered. */
    @Test
    void anIntactObjectOfTheTestIsDelivered() throws IOException {
        Files.write(object(SEGMENT), StoredLzop.of(content()));
        Program.walarchive()
                .on(archive)
                .run("wal-fetch", SEGMENT, target.toString())
                .requireExit(0);
        assertArrayEquals(content(), Files.readAllBytes(target));
    }

    @ParameterizedTest
    @EnumSource
    void stopsRecovery(Damage damage) throws IOException {
        Files.write(object(damage.file), damage.of(archived(WalEArchive.PLAIN, damage.file)));
        Map<String, String> before = Ground.describe(directory);
        Program.walarchive()
                .on(archive)
                .run("wal-fetch", damage.file, target.toString())
                .requireRefusal(STOP_RECOVERY, damage.file + ".lzo");
        assertEquals(before, Ground.describe(directory));
    }

    /** Known since the first push of ours, which records the cluster. */
    @Test
    void isOfAnotherCluster() throws IOException {
        String name = "00000001000000000000000A";
        Program walarchive = Program.walarchive().on(archive);
        Path pushed = WalEArchive.PLAIN.fetch(SEGMENT, directory);
        walarchive.run("wal-push", pushed.toString()).requireExit(0);
        Files.write(object(name), archived(WalEArchive.TBLSPC, name));
        walarchive.run("wal-fetch", name, target.toString()).requireRefusal(STOP_RECOVERY, name, "cluster");
        assertNothingIsLeft(name);
    }

    /** All of the header and of the first block's, and a sample of the rest. */
    private static IntStream positions(int length) {
        return IntStream.concat(
                        IntStream.range(0, 100), IntStream.range(1, 150).map(i -> length - 1 - 211 * i % length))
                .filter(position -> position >= 0 && position < length)
                .distinct();
    }

    @Test
    void noWrongBitIsDelivered() throws Exception {
        byte[] intact = archived(WalEArchive.PLAIN, SEGMENT);
        byte[] content = content();
        WalFileName name = WalFileName.parse(SEGMENT);
        int refused = 0;
        try (WalArchive opened = open()) {
            for (int position : positions(intact.length).toArray()) {
                byte[] damaged = intact.clone();
                damaged[position] ^= (byte) (1 << position % 8);
                Files.write(object(SEGMENT), damaged);
                try {
                    opened.wal().fetch(name, target);
                    assertArrayEquals(content, Files.readAllBytes(target), "byte " + position);
                    Files.delete(target);
                } catch (CorruptArchiveException e) {
                    refused++;
                }
                assertNothingIsLeft("byte " + position);
            }
        }
        assertTrue(refused > 200, "only " + refused + " were refused");
    }

    @Test
    void noPartIsDelivered() throws Exception {
        byte[] intact = archived(WalEArchive.PLAIN, SEGMENT);
        WalFileName name = WalFileName.parse(SEGMENT);
        try (WalArchive opened = open()) {
            for (int length : positions(intact.length).toArray()) {
                Files.write(object(SEGMENT), Arrays.copyOf(intact, length));
                assertThrows(CorruptArchiveException.class, () -> opened.wal().fetch(name, target), "length " + length);
                assertNothingIsLeft("length " + length);
            }
        }
    }

    private WalArchive open() throws Exception {
        return WalArchive.open(
                ArchiveConfig.builder("file://localhost" + archive).build());
    }

    private void assertNothingIsLeft(String what) {
        assertEquals(1, Ground.describe(target.getParent()).size(), what);
    }
}
