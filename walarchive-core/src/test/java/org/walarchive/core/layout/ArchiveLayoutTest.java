package org.walarchive.core.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.BackupName;
import org.walarchive.core.layout.ArchiveLayout.PartitionObject;
import org.walarchive.core.layout.ArchiveLayout.WalObject;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;

final class ArchiveLayoutTest {

    private static final BackupName BACKUP = BackupName.parse("base_000000010000000000000008_00000040");
    private static final BackupName OF_WAL_G = BackupName.parse("base_000000010000000000000008");
    private static final BackupName DELTA =
            BackupName.parse("base_000000010000000000000009_D_000000010000000000000008");

    @Test
    void keysAreThoseOfWalE() {
        assertEquals(
                "wal_005/000000010000000000000008.lzo",
                ArchiveLayout.wal(WalFileName.parse("000000010000000000000008"), "lzo"));
        assertEquals("wal_005/00000002.history.lzo", ArchiveLayout.wal(WalFileName.parse("00000002.history"), "lzo"));
        assertEquals(
                "basebackups_005/base_000000010000000000000008_00000040/tar_partitions/part_00000012.tar.lzo",
                ArchiveLayout.partition(BACKUP, 12, "lzo"));
        assertEquals(
                "basebackups_005/base_000000010000000000000008_00000040/extended_version.txt",
                ArchiveLayout.version(BACKUP));
        assertEquals(
                "basebackups_005/base_000000010000000000000008_00000040_backup_stop_sentinel.json",
                ArchiveLayout.sentinel(BACKUP));
    }

    @Provide
    Arbitrary<BackupName> backups() {
        Arbitrary<String> timeline = hex(8).filter(digits -> !digits.equals("00000000"));
        return Combinators.combine(timeline, hex(16), hex(8))
                .as((t, segment, offset) -> BackupName.parse("base_" + t + segment + "_" + offset));
    }

    @Provide
    Arbitrary<WalFileName> walFiles() {
        Arbitrary<String> timeline = hex(8).filter(digits -> !digits.equals("00000000"));
        return Combinators.combine(
                        timeline, hex(16), hex(8), Arbitraries.integers().between(0, 3))
                .as((t, segment, offset, kind) -> WalFileName.parse(
                        switch (kind) {
                            case 0 -> t + segment;
                            case 1 -> t + segment + ".partial";
                            case 2 -> t + ".history";
                            default -> t + segment + "." + offset + ".backup";
                        }));
    }

    private static Arbitrary<String> hex(int digits) {
        return Arbitraries.strings().withChars("0123456789ABCDEF").ofLength(digits);
    }

    @Provide
    Arbitrary<String> extensions() {
        return Arbitraries.oneOf(
                Arbitraries.of("lzo", "lz4", "zst"),
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(5));
    }

    @Property(tries = 500)
    void keysOfWalFilesAreReadBack(
            @ForAll @From("walFiles") WalFileName name, @ForAll @From("extensions") String extension)
            throws StoreException {
        String key = StoreKeys.requireValid(ArchiveLayout.wal(name, extension));
        assertEquals(Optional.of(new WalObject(name, extension)), ArchiveLayout.parseWal(key));
        assertEquals(Optional.empty(), ArchiveLayout.parsePartition(key));
        assertEquals(Optional.empty(), ArchiveLayout.parseSentinel(key));
    }

    @Property(tries = 500)
    void keysOfPartitionsAreReadBack(
            @ForAll @From("backups") BackupName backup,
            @ForAll @IntRange(max = 99_999_999) int number,
            @ForAll @From("extensions") String extension)
            throws StoreException {
        String key = StoreKeys.requireValid(ArchiveLayout.partition(backup, number, extension));
        assertTrue(key.startsWith(ArchiveLayout.partitions(backup)));
        assertTrue(key.startsWith(ArchiveLayout.backup(backup)));
        assertTrue(key.endsWith("/" + ArchiveLayout.partitionName(number, extension)));
        PartitionObject object = ArchiveLayout.parsePartition(key).orElseThrow();
        assertEquals(backup, object.backup());
        assertEquals(OptionalInt.of(number), object.number());
        assertEquals(extension, object.extension());
        assertEquals(key, ArchiveLayout.partitions(backup) + object.name());
        assertEquals(Optional.empty(), ArchiveLayout.parseWal(key));
        assertEquals(Optional.empty(), ArchiveLayout.parseSentinel(key));
    }

    @Property(tries = 500)
    void keysOfSentinelsAreReadBack(@ForAll @From("backups") BackupName backup) throws StoreException {
        String key = StoreKeys.requireValid(ArchiveLayout.sentinel(backup));
        assertEquals(Optional.of(backup), ArchiveLayout.parseSentinel(key));
        assertFalse(key.startsWith(ArchiveLayout.backup(backup)), "a sentinel lies beside its backup");
        assertEquals(Optional.empty(), ArchiveLayout.parsePartition(key));
    }

    @Property(tries = 500)
    void partitionsSortByTheirNumbers(
            @ForAll @IntRange(max = 99_999_999) int one, @ForAll @IntRange(max = 99_999_999) int other) {
        assertEquals(
                Integer.signum(Integer.compare(one, other)),
                Integer.signum(
                        ArchiveLayout.partitionName(one, "lzo").compareTo(ArchiveLayout.partitionName(other, "lzo"))));
    }

    @Provide
    Arbitrary<String> nearlyKeys() {
        Arbitrary<String> piece = Arbitraries.oneOf(
                Arbitraries.of(
                        "wal_005/",
                        "basebackups_005/",
                        "base_",
                        "_",
                        "/",
                        ".",
                        "tar_partitions/",
                        "part_",
                        ".tar.",
                        "lzo",
                        "_backup_stop_sentinel.json",
                        "000000010000000000000008",
                        "00000040",
                        ".history",
                        ".backup",
                        ".partial",
                        "00000000",
                        "99999999999"),
                Arbitraries.strings().ofMaxLength(3));
        return Arbitraries.oneOf(
                piece.list().ofMaxSize(10).map(pieces -> String.join("", pieces)),
                Arbitraries.strings().ofMaxLength(80));
    }

    @Property(tries = 3000)
    void anyTextMayBeLookedAt(@ForAll @From("nearlyKeys") String key) {
        ArchiveLayout.parseWal(key)
                .ifPresent(object -> assertEquals(key, ArchiveLayout.wal(object.name(), object.extension())));
        ArchiveLayout.parseSentinel(key).ifPresent(name -> assertEquals(key, ArchiveLayout.sentinel(name)));
        ArchiveLayout.parsePartition(key)
                .ifPresent(object -> assertEquals(key, ArchiveLayout.partitions(object.backup()) + object.name()));
    }

    @ParameterizedTest
    @CsvSource({
        "part_0.tar.lzo, part_0, 0, lzo",
        "part_00000007.tar.lzo.gpg, part_00000007, 7, lzo.gpg",
        "part_012.tar.zst, part_012, 12, zst",
        "part_001.tar, part_001, 1, ''",
        "part_001.tar., part_001, 1, .",
        "copy_1.tar.br, copy_1,, br",
        "backup_label.tar.lz4, backup_label,, lz4",
        "pg_control.tar, pg_control,, ''",
    })
    void readsWhatWalEAndWalGNamed(String name, String stem, Integer number, String extension) {
        for (BackupName backup : List.of(BACKUP, OF_WAL_G, DELTA)) {
            PartitionObject object = ArchiveLayout.parsePartition(ArchiveLayout.partitions(backup) + name)
                    .orElseThrow();
            assertEquals(new PartitionObject(backup, stem, extension), object);
            assertEquals(number == null ? OptionalInt.empty() : OptionalInt.of(number), object.number());
            assertEquals(name, object.name());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "wal_005/000000010000000000000008, 000000010000000000000008, ''",
        "wal_005/000000010000000000000008., 000000010000000000000008, .",
        "wal_005/00000002.history, 00000002.history, ''",
        "wal_005/000000010000000000000008.partial, 000000010000000000000008.partial, ''",
    })
    void walGNamesWhatIsNotCompressedWithoutAnExtension(String key, String name, String extension) {
        assertEquals(Optional.of(new WalObject(WalFileName.parse(name), extension)), ArchiveLayout.parseWal(key));
        assertEquals(key, ArchiveLayout.wal(WalFileName.parse(name), extension));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "part_.tar.lzo",
                "part_-1.tar.lzo",
                "part_123456789.tar.lzo",
                "part_00000001.tarx",
                "label.tar.lz4",
                "xpg_control.tar",
                "part_00000001.lzo",
                "xpart_00000001.tar.lzo",
                "sub/part_00000001.tar.lzo",
                "part_0000000１.tar.lzo"
            })
    void otherNamesAreNoPartitions(String name) {
        assertEquals(Optional.empty(), ArchiveLayout.parsePartition(ArchiveLayout.partitions(BACKUP) + name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wal_005/000000010000000000000008_delta.lz4",
                "wal_005/000000010000000000000008..",
                "wal_005/.lzo",
                "wal_005/00000001000000000000000a.lzo",
                "wal_005/sub/000000010000000000000008.lzo",
                "wal_005/000000010000000000000008.lzo.part",
                "wal_004/000000010000000000000008.lzo",
                "000000010000000000000008.lzo"
            })
    void otherKeysAreNoWalFiles(String key) {
        assertEquals(Optional.empty(), ArchiveLayout.parseWal(key));
    }
}
