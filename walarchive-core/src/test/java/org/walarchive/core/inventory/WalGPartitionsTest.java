package org.walarchive.core.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.tar.TarDialect.End;

final class WalGPartitionsTest {

    private static final BackupName NAME = BackupName.parse("base_000000010000000000000002");
    private static final String[] WHOLE = {
        "part_001.tar.lz4", "part_002.tar.lz4", "backup_label.tar.lz4", "pg_control.tar.lz4"
    };

    private final ArchiveFixture fixture = new ArchiveFixture();

    /** Each of ten bytes. */
    private void put(String... names) throws IOException {
        for (String name : names) {
            fixture.put(ArchiveLayout.partitions(NAME) + name, new byte[10]);
        }
    }

    private void files(String json) throws IOException {
        fixture.put(ArchiveLayout.walGFiles(NAME), json.getBytes(StandardCharsets.UTF_8));
    }

    private static Sentinel sentinel(String more) throws CorruptArchiveException {
        return SentinelJson.read(
                "key", ("{\"LSN\":33554472,\"PgVersion\":170011" + more + "}").getBytes(StandardCharsets.UTF_8));
    }

    private List<String> find(String more) throws Exception {
        return PartitionSet.find(fixture.archive(), NAME, sentinel(more)).stream()
                .map(entry -> entry.key().substring(entry.key().lastIndexOf('/') + 1))
                .toList();
    }

    private String fault(String more) {
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> find(more));
        return e.getMessage() + ": " + e.detail().orElse("");
    }

    @Test
    void findsAllWithTheControlFileLast() throws Exception {
        put(WHOLE);
        put("part_003.tar.lz4", "copy_1.tar.lz4", "unknown.txt");
        assertEquals(
                List.of(
                        "copy_1.tar.lz4",
                        "part_001.tar.lz4",
                        "part_002.tar.lz4",
                        "part_003.tar.lz4",
                        "backup_label.tar.lz4",
                        "pg_control.tar.lz4"),
                find(",\"CompressedSize\":60"));
    }

    @ParameterizedTest
    @CsvSource({"part_001.tar.lz4", "part_002.tar.lz4", "backup_label.tar.lz4", "pg_control.tar.lz4"})
    void whicheverIsMissingIsNoticed(String missing) throws Exception {
        put(Stream.of(WHOLE).filter(name -> !name.equals(missing)).toArray(String[]::new));
        files("{\"Files\":{\"a\":{\"b\":[1]}},\"TarFileSets\":{\"part_001.tar.lz4\":[\"/PG_VERSION\"],"
                + "\"part_002.tar.lz4\":[\"/x\"],\"backup_label.tar.lz4\":[]},\"DatabasesByNames\":{}}");
        String fault = fault(",\"CompressedSize\":40");
        assertTrue(fault.contains(missing.replace(".lz4", "")) && fault.contains("is missing"), fault);
        // the list alone tells too, by the sum
        fixture.memory().delete(List.of(ArchiveLayout.walGFiles(NAME)));
        assertTrue(fault(",\"CompressedSize\":40").contains("is not complete"));
    }

    @Test
    void whatTheListOfFilesSaysWinsOverSizes() throws Exception {
        put("part_001.tar.lz4", "part_003.tar.lz4", "pg_control.tar.lz4");
        assertTrue(fault("").contains("Partition 2 is missing"));
        files("{\"TarFileSets\":{\"part_001.tar.lz4\":[],\"part_003.tar.lz4\":[]}}");
        assertEquals(3, find(",\"CompressedSize\":999").size());
    }

    @Test
    void aListOfFilesThatIsDamagedIsPassedOver() throws Exception {
        put(WHOLE);
        files("{\"Files\":{\"a\":");
        assertEquals(4, find(",\"CompressedSize\":40").size());
        assertTrue(fault(",\"CompressedSize\":41").contains("41"));
    }

    @Test
    void aDeltaBackupIsRefusedByNameOrSentinel() throws Exception {
        put(WHOLE);
        String fault = fault(",\"DeltaFrom\":\"base_000000010000000000000001\"");
        assertTrue(fault.contains("is a delta backup") && fault.contains("base_000000010000000000000001"), fault);
        BackupName delta = BackupName.parse("base_000000010000000000000004_D_000000010000000000000002");
        assertThrows(
                CorruptArchiveException.class,
                () -> PartitionSet.of(fixture.archive(), delta, sentinel(""), List.of()));
    }

    @Test
    void twoOfOneNameAndUnreadableOnesAreNoticed() throws Exception {
        put(WHOLE);
        put("part_001.tar.zst");
        assertTrue(fault("").contains("compressed in another way"));
        fixture.memory().delete(List.of(ArchiveLayout.partitions(NAME) + "part_001.tar.zst"));
        put("part_003.tar.gz");
        String fault = fault("");
        assertTrue(fault.contains("part_003.tar.gz is compressed in a way that this version cannot read"), fault);
    }

    /** Remote backups have the label and the control file among the files, and no end marks. */
    @Test
    void whatCountsIsInThePartitionsOfItsOwn() throws Exception {
        put(WHOLE);
        List<PartitionSet.Entry> local = PartitionSet.find(fixture.archive(), NAME, sentinel(""));
        assertEquals(
                Set.of("backup_label", "tablespace_map", "global/pg_control"),
                local.get(0).dialect().superseded());
        assertEquals(End.MARKED, local.get(0).dialect().end());
        fixture.memory().delete(List.of(ArchiveLayout.partitions(NAME) + "backup_label.tar.lz4"));
        List<PartitionSet.Entry> remote = PartitionSet.find(fixture.archive(), NAME, sentinel(""));
        assertEquals(Set.of("global/pg_control"), remote.get(0).dialect().superseded());
        assertEquals(End.OPEN, remote.get(0).dialect().end());
        assertEquals(Optional.empty(), remote.get(2).record());
    }

    @Test
    void permanenceIsReadWhereItIsChanged() throws Exception {
        WalGMetadata metadata = new WalGMetadata(fixture.archive(), NAME);
        var taken = sentinel(",\"IsPermanent\":true").walG().orElseThrow();
        assertTrue(metadata.isPermanent(taken));
        fixture.put(ArchiveLayout.walGMetadata(NAME), "{\"is_permanent\":false}".getBytes(StandardCharsets.UTF_8));
        assertEquals(false, metadata.isPermanent(taken));
        fixture.put(ArchiveLayout.walGMetadata(NAME), "{\"is_perm".getBytes(StandardCharsets.UTF_8));
        assertTrue(metadata.isPermanent(sentinel("").walG().orElseThrow()), "in doubt it stays");
    }

    @Test
    void whatTheMetadataDoesNotSayTheSentinelDoes() throws Exception {
        WalGMetadata metadata = new WalGMetadata(fixture.archive(), NAME);
        assertFalse(metadata.isPermanent(), "there is nothing of WAL-G's");
        fixture.put(ArchiveLayout.walGMetadata(NAME), "{\"start_lsn\":1}".getBytes(StandardCharsets.UTF_8));
        assertTrue(metadata.isPermanent(sentinel(",\"IsPermanent\":true").walG().orElseThrow()));
        assertFalse(metadata.isPermanent(sentinel("").walG().orElseThrow()));
        assertTrue(metadata.isPermanent(), "in doubt it stays");
        fixture.put(ArchiveLayout.walGMetadata(NAME), "{\"is_permanent\":false}".getBytes(StandardCharsets.UTF_8));
        assertFalse(metadata.isPermanent());
    }

    @Test
    void whatIsNotRecordedIsPassedOver() throws Exception {
        put(WHOLE);
        put("part_001.tar.br", "part_003.tar.gz", "part_004.tar.lz4");
        files("{\"TarFileSets\":{\"part_001.tar.lz4\":[\"/PG_VERSION\"],\"part_002.tar.lz4\":[\"/x\"],\"\":[]}}");
        assertEquals(List.of(WHOLE), find(""));
        fixture.memory().delete(List.of(ArchiveLayout.partitions(NAME) + "part_002.tar.lz4"));
        assertTrue(fault("").contains("part_002.tar.lz4 is missing"));
    }

    /** Those that count in any case may be there once only. */
    @Test
    void theLastTwoAreNeverPassedOver() throws Exception {
        put(WHOLE);
        put("pg_control.tar.br");
        files("{\"TarFileSets\":{\"part_001.tar.lz4\":[],\"part_002.tar.lz4\":[],\"pg_control.tar.lz4\":[]}}");
        assertTrue(fault("").contains("compressed in another way"));
    }

    @Test
    void withoutALabelOfItsOwnNothingIsPassedOverAndEndsAreMarked() throws Exception {
        put("part_001.tar.lz4", "part_002.tar.lz4", "pg_control.tar.lz4");
        files("{\"TarFileSets\":{\"part_001.tar.lz4\":[\"/PG_VERSION\"]}}");
        List<PartitionSet.Entry> entries = PartitionSet.find(fixture.archive(), NAME, sentinel(""));
        assertEquals(3, entries.size());
        assertEquals(End.MARKED, entries.get(0).dialect().end());
    }

    /** Below PostgreSQL 9.6 it is put among the names. */
    @Test
    void aNameOfNothingIsNoPartition() throws Exception {
        put(WHOLE);
        files("{\"TarFileSets\":{\"\":[\"/PG_VERSION\"]}}");
        assertEquals(List.of(WHOLE), find(""));
        assertEquals(List.of(WHOLE), find(",\"TarFileSets\":{\"\":[]}"));
        assertEquals(
                List.of(WHOLE), find(",\"TarFileSets\":{\"\":[],\"part_001.tar.lz4\":[],\"part_002.tar.lz4\":[]}"));
    }

    /** Nobody writes those: somebody looked into a partition, and left the copy there. */
    @Test
    void aDecompressedCopyBesideOursIsUnknown() throws Exception {
        BackupName ours = BackupName.parse("base_000000010000000000000002_00000040");
        String partition = ArchiveLayout.partitions(ours) + "part_00000000.tar";
        for (String suffix : List.of(".zst", "", ".br", ".lzma")) {
            fixture.put(partition + suffix, new byte[10]);
        }
        Sentinel sentinel = SentinelJson.read("key", "{}".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                List.of(partition + ".zst"),
                PartitionSet.find(fixture.archive(), ours, sentinel).stream()
                        .map(PartitionSet.Entry::key)
                        .toList());
    }
}
