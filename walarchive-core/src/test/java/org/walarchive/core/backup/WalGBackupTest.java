package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.BackupName;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.BackupState.Kind;
import org.walarchive.Compression;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RestoreRequest;
import org.walarchive.StoreAccessException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.tar.TarBuilder;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/** Backups in WAL-G's layout, local and remote, whole and not. */
final class WalGBackupTest {

    private static final BackupName NAME = BackupName.parse("base_000000010000000000000002");

    @TempDir
    private Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private int attempt;

    private void put(String stem, byte[] tar) throws IOException {
        byte[] stored = Codecs.of(Compression.parse("lz4"))
                .compress(new ByteArrayInputStream(tar))
                .readAllBytes();
        fixture.put(ArchiveLayout.partitions(NAME) + stem + ".tar.lz4", stored);
    }

    private void sentinel(String more) throws IOException {
        String json =
                "{\"LSN\":33554472,\"PgVersion\":170011,\"FinishLSN\":33554720,\"SystemIdentifier\":7" + more + "}";
        fixture.put(ArchiveLayout.sentinel(NAME), json.getBytes(StandardCharsets.US_ASCII));
    }

    /** A TAR archive of Go's that nobody closed: without the mark at its end. */
    private static byte[] open(TarBuilder tar, int members) {
        return Arrays.copyOf(tar.bytes(), members * 1024);
    }

    private static TarBuilder control(String name) {
        return new TarBuilder().file(name, "control");
    }

    private void local(String... label) throws IOException {
        put(
                "part_001",
                new TarBuilder()
                        .directory("/")
                        .file("/PG_VERSION", "17\n")
                        .file("/backup_label", "left by somebody")
                        .file("/base/1", "x")
                        .bytes());
        TarBuilder labels = new TarBuilder().file("tablespace_map", "");
        for (String name : label) {
            labels.file(name, "the label");
        }
        put("backup_label", labels.bytes());
        put("pg_control", control("/global/pg_control").bytes());
        sentinel("");
    }

    private Path target(String name) {
        return directory.resolve("target" + attempt).resolve(name);
    }

    private void fetch() throws Exception {
        new BackupFetch(fixture.archive())
                .fetch(RestoreRequest.builder(target("")).build());
    }

    private String refusal() {
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, this::fetch);
        assertFalse(Files.exists(target("global/pg_control")), "a server could be started");
        return e.getMessage() + ": " + e.detail().orElse("");
    }

    @Test
    void aLocalBackupIsRestored() throws Exception {
        local("backup_label");
        fetch();
        assertEquals("the label", Files.readString(target("backup_label")));
        assertEquals("control", Files.readString(target("global/pg_control")));
        assertTrue(Files.isDirectory(target("pg_wal")), "WAL-G leaves out one that is a link");
    }

    @Test
    void aRemoteBackupIsRestored() throws Exception {
        put(
                "part_001",
                open(
                        new TarBuilder()
                                .file("PG_VERSION", "17\n")
                                .file("backup_label", "the label")
                                .file("global/pg_control", "another"),
                        3));
        put("pg_control", open(control("global/pg_control"), 1));
        sentinel(",\"CompressedSize\":100");
        fetch();
        assertEquals("control", Files.readString(target("global/pg_control")));
        assertEquals("the label", Files.readString(target("backup_label")));
    }

    /** PostgreSQL would recover from the checkpoint in pg_control, and be corrupt without a word. */
    @Test
    void withoutALabelNothingCanBeStarted() throws Exception {
        local();
        assertTrue(refusal().contains("has no backup_label"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"part_001", "backup_label", "pg_control"})
    void aPartitionThatIsCutOrEmptyIsDamage(String stem) throws Exception {
        local("backup_label");
        String key = ArchiveLayout.partitions(NAME) + stem + ".tar.lz4";
        byte[] whole = fixture.bytes(key);
        for (int length : new int[] {0, whole.length / 2, whole.length - 1}) {
            fixture.put(key, Arrays.copyOf(whole, length));
            assertTrue(refusal().contains(stem), stem + " of " + length);
            attempt++;
        }
    }

    @Test
    void theListTellsWhatIsMissingBySize() throws Exception {
        local("backup_label");
        assertEquals(Kind.COMPLETE, kind());
        sentinel(",\"CompressedSize\":100000");
        assertEquals(Kind.BROKEN, kind());
        sentinel(",\"DeltaFrom\":\"base_000000010000000000000001\"");
        assertEquals(Kind.BROKEN, kind());
        assertTrue(refusal().contains("is a delta backup"));
    }

    /** WAL-G leaves what it put no file into; the list alone would miss partition 1. */
    @Test
    void theListJudgesAsARestoreDoes() throws Exception {
        local("backup_label");
        byte[] part = fixture.bytes(ArchiveLayout.partitions(NAME) + "part_001.tar.lz4");
        fixture.remove(ArchiveLayout.partitions(NAME) + "part_001.tar.lz4");
        fixture.put(ArchiveLayout.partitions(NAME) + "part_002.tar.lz4", part);
        assertEquals(Kind.BROKEN, kind());
        fixture.put(
                ArchiveLayout.walGFiles(NAME),
                "{\"TarFileSets\":{\"part_002.tar.lz4\":[\"PG_VERSION\"]}}".getBytes(StandardCharsets.US_ASCII));
        assertEquals(Kind.COMPLETE, kind());
        fetch();
        FaultRule.Calls reads = FaultRule.on(StoreOperation.GET).keys(ArchiveLayout.walGFiles(NAME)::equals);
        assertEquals(Kind.BROKEN, kind(reads.fail(StoreException.Kind.FROZEN)));
        assertThrows(StoreAccessException.class, () -> kind(reads.fail(StoreException.Kind.UNAVAILABLE)));
    }

    private Kind kind(FaultRule... rules) throws Exception {
        return new BackupList(fixture.archive(rules))
                .list(ListDetail.OBJECTS)
                .get(0)
                .state()
                .orElseThrow()
                .kind();
    }
}
