package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.BackupPushRequest;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RestoreRequest;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.store.tck.FaultyBlobStore;

/** What is not as it was stored is not restored: each object of a backup, damaged in each way. */
@Timeout(120)
final class DamagedBackupIT {

    private static PostgresServer cluster;

    @TempDir
    Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private Path data;
    private BackupName backup;

    @BeforeAll
    static void createCluster() {
        cluster = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create();
    }

    @AfterAll
    static void deleteCluster() {
        cluster.close();
    }

    @BeforeEach
    void makeDataDirectory() throws Exception {
        data = DataDirectories.make(cluster.dataDirectory(), directory.resolve("data"));
    }

    /** What may happen to a partition; the two are its bytes and those of its neighbour. */
    enum Damage {
        EMPTIED {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return new byte[0];
            }
        },
        CUT {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return Arrays.copyOf(bytes, bytes.length - 1);
            }
        },
        EXTENDED {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return Arrays.copyOf(bytes, bytes.length + 1);
            }
        },
        ZEROED {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return new byte[bytes.length];
            }
        },
        FIRST_BIT_FLIPPED {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return flipped(bytes, 0);
            }
        },
        MIDDLE_BIT_FLIPPED {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return flipped(bytes, bytes.length / 2);
            }
        },
        LAST_BIT_FLIPPED {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return flipped(bytes, bytes.length - 1);
            }
        },
        REPLACED_BY_ITS_NEIGHBOUR {
            @Override
            byte[] of(byte[] bytes, byte[] other) {
                return other;
            }
        };

        abstract byte[] of(byte[] bytes, byte[] other);

        private static byte[] flipped(byte[] bytes, int at) {
            byte[] copy = bytes.clone();
            copy[at] ^= 1;
            return copy;
        }
    }

    private List<String> pushed(String compression) throws Exception {
        backup = new BackupPush(archive(compression, 4))
                .push(BackupPushRequest.builder(data)
                        .mode(BackupPushRequest.Mode.OFFLINE)
                        .build())
                .name();
        return fixture.keys(ArchiveLayout.partitions(backup));
    }

    private ArchiveStore archive(String compression, int poolSize) {
        return fixture.archive(
                fixture.config(compression).poolSize(poolSize).partitionSizeBytes(1 << 20),
                new FaultyBlobStore(fixture.memory()));
    }

    private void fetch(int poolSize) throws ArchiveException, InterruptedException {
        new BackupFetch(archive("lzo", poolSize))
                .fetch(RestoreRequest.builder(directory.resolve("target")).build());
    }

    /** Fails naming the object, and leaves nothing that starts. */
    private void refused(int poolSize, String object) throws IOException {
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch(poolSize), object);
        String text = e.getMessage() + " " + e.detail().orElse("");
        assertTrue(text.contains(object), object + " is not named in: " + text);
        Path target = directory.resolve("target");
        assertFalse(Files.exists(target.resolve("global/pg_control")), object);
        DataDirectories.delete(target);
    }

    private void restores() throws Exception {
        fetch(4);
        DataDirectories.requireSame(data, directory.resolve("target"));
        DataDirectories.delete(directory.resolve("target"));
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    @ParameterizedTest
    @CsvSource({"lzo, 1", "lzo, 4", "lz4, 4", "zstd, 1"})
    void everyDamageOfEveryPartitionIsNoticed(String compression, int poolSize) throws Exception {
        List<String> keys = pushed(compression);
        assertTrue(keys.size() >= 6, keys.toString());
        for (int i = 0; i < keys.size(); i++) {
            byte[] whole = fixture.bytes(keys.get(i));
            byte[] other = fixture.bytes(keys.get((i + 1) % keys.size()));
            for (Damage damage : Damage.values()) {
                fixture.put(keys.get(i), damage.of(whole, other));
                refused(poolSize, name(keys.get(i)));
            }
            fixture.memory().delete(List.of(keys.get(i)));
            refused(poolSize, "Partition " + i + " is missing");
            fixture.put(keys.get(i), whole);
        }
        restores();
    }

    @Test
    void swappedPartitionsAreNoticed() throws Exception {
        List<String> keys = pushed("lz4");
        byte[] one = fixture.bytes(keys.get(1));
        byte[] two = fixture.bytes(keys.get(2));
        fixture.put(keys.get(1), two);
        fixture.put(keys.get(2), one);
        refused(1, name(keys.get(1)));
        fixture.put(keys.get(1), one);
        fixture.put(keys.get(2), two);
        restores();
    }

    @ParameterizedTest
    @ValueSource(strings = {"part_%08d.tar.lz4", "part_%d.tar.zst", "part_00000099.tar.lzo"})
    void aPartitionTooManyIsNoticed(String pattern) throws Exception {
        List<String> keys = pushed("lz4");
        String extra = String.format(pattern, keys.size());
        fixture.put(ArchiveLayout.partitions(backup) + extra, fixture.bytes(keys.get(0)));
        refused(4, extra);
    }

    @ParameterizedTest
    @ValueSource(strings = {"part_00000002.tar.lzo", "part_2.tar.lz4"})
    void aPartitionThatIsThereTwiceIsNoticed(String twin) throws Exception {
        List<String> keys = pushed("lz4");
        fixture.put(ArchiveLayout.partitions(backup) + twin, fixture.bytes(keys.get(2)));
        refused(4, twin);
    }

    @Test
    void whatIsNoPartitionIsPassedOver() throws Exception {
        pushed("lz4");
        for (String name :
                new String[] {"README", "part_00000001.tar.lz4.part", "part_x.tar.lz4", "sub/part_1.tar.lz4"}) {
            fixture.put(ArchiveLayout.partitions(backup) + name, new byte[1]);
        }
        restores();
    }

    @Test
    void anAlteredSentinelIsNoticed() throws Exception {
        List<String> keys = pushed("lz4");
        String key = ArchiveLayout.sentinel(backup);
        String sentinel = new String(fixture.bytes(key), StandardCharsets.US_ASCII);
        String second = name(keys.get(1));
        Map<String, String> changes = new TreeMap<>();
        changes.put(sentinel.replaceFirst(second, "part_00000077.tar.lz4"), second);
        changes.put(sentinel.replaceFirst("(" + second + "\",\"stored_bytes\":)", "$11"), second);
        changes.put(sentinel.replaceFirst("(" + second + "[^}]*\"sha256\":\")[0-9a-f]{4}", "$10000"), second);
        changes.put(sentinel.replaceFirst("\\{\"name\":\"" + second + "[^}]*\\},", ""), "part_00000002");
        changes.put(
                sentinel.replaceFirst(",\\{\"name\":\"" + name(keys.get(keys.size() - 1)) + "[^}]*\\}", ""), "besides");
        changes.put(sentinel.replaceFirst("\"format\":1", "\"format\":2"), name(key));
        changes.put(sentinel.substring(0, sentinel.length() - 1), name(key));
        changes.put("", name(key));
        assertEquals(8, changes.size());
        assertFalse(changes.containsKey(sentinel), "a change changes nothing");
        for (Map.Entry<String, String> change : changes.entrySet()) {
            fixture.put(key, change.getKey().getBytes(StandardCharsets.US_ASCII));
            refused(4, change.getValue());
        }
        fixture.put(key, sentinel.getBytes(StandardCharsets.US_ASCII));
        restores();
    }

    @Test
    void withoutSentinelThereIsNoBackup() throws Exception {
        pushed("lz4");
        fixture.memory().delete(List.of(ArchiveLayout.sentinel(backup)));
        assertThrows(BackupNotFoundException.class, () -> fetch(4));
        assertFalse(Files.exists(directory.resolve("target")));
    }

    /** WAL-E's sentinels record no partitions: numbers without gaps, whole streams and a control file must do. */
    @Test
    void backupsOfWalEAreHeldToWhatCanBeKnown() throws Exception {
        List<String> keys = pushed("lzo");
        fixture.put(
                ArchiveLayout.sentinel(backup),
                "{\"wal_segment_backup_stop\": \"000000010000000000000001\"}".getBytes(StandardCharsets.US_ASCII));
        restores();
        String twin = ArchiveLayout.partitions(backup) + "part_1.tar.lzo";
        fixture.put(twin, fixture.bytes(keys.get(1)));
        refused(2, name(twin));
        fixture.memory().delete(List.of(twin));
        for (int i = 0; i < keys.size(); i++) {
            byte[] whole = fixture.bytes(keys.get(i));
            for (Damage damage : Damage.values()) {
                if (damage == Damage.REPLACED_BY_ITS_NEIGHBOUR || damage == Damage.FIRST_BIT_FLIPPED) {
                    continue;
                }
                fixture.put(keys.get(i), damage.of(whole, whole));
                refused(2, name(keys.get(i)));
            }
            fixture.memory().delete(List.of(keys.get(i)));
            refused(2, i == keys.size() - 1 ? "pg_control" : "Partition " + i + " is missing");
            fixture.put(keys.get(i), whole);
        }
        restores();
    }

    @ParameterizedTest
    @EnumSource
    void damageIsNoticedThroughTheConfiguredCompressionToo(Damage damage) throws Exception {
        List<String> keys = pushed("zstd");
        int last = keys.size() - 1;
        fixture.put(keys.get(last), damage.of(fixture.bytes(keys.get(last)), fixture.bytes(keys.get(0))));
        refused(1, name(keys.get(last)));
    }

    @Test
    void latestIsTheOneWhoseSentinelWasPutLast() throws Exception {
        pushed("lz4");
        BackupName earlier = BackupName.parse("base_0000000900000000000000FF_00000040");
        fixture.put(ArchiveLayout.sentinel(earlier), "{}".getBytes(StandardCharsets.US_ASCII));
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch(1));
        assertTrue(e.getMessage().contains(earlier.toString()), e.getMessage());
        fixture.put(ArchiveLayout.sentinel(backup), fixture.bytes(ArchiveLayout.sentinel(backup)));
        restores();
    }

    @Test
    void anUnknownBackupIsNotFound() throws Exception {
        pushed("lz4");
        for (String query : new String[] {"latest", "", "base_000000010000000000000001_99999999", "../x"}) {
            BackupNotFoundException e = assertThrows(
                    BackupNotFoundException.class,
                    () -> new BackupFetch(archive("lzo", 1))
                            .fetch(RestoreRequest.builder(directory.resolve("target"))
                                    .backup(query)
                                    .build()));
            assertTrue(e.detail().orElseThrow().contains(query), e.detail().orElseThrow());
        }
        SegmentBuilder.write(directory.resolve("target/precious"), new byte[1]);
        assertThrows(org.walarchive.LocalFileException.class, () -> fetch(1));
        assertEquals(1, Files.size(directory.resolve("target/precious")));
    }
}
