package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.Compression;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestoreRequest;
import org.walarchive.TablespacePlacement;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.tar.TarBuilder;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;

/** Backups by somebody who can write to the store: record, digests and all. */
final class HostileBackupTest {

    private static final BackupName NAME = BackupName.parse("base_000000010000000000000002_00000040");

    @TempDir
    Path directory;

    private final ArchiveFixture fixture = new ArchiveFixture();
    private List<Sentinel.Tablespace> tablespaces = List.of();
    private Path elsewhere;

    @BeforeEach
    void makePlaces() throws IOException {
        elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    }

    private static TarBuilder cluster() {
        return new TarBuilder().file("PG_VERSION", "17\n").file("global/pg_control", "x");
    }

    private Path target() {
        return directory.resolve("target");
    }

    private boolean exists(String name) {
        return Files.exists(target().resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    private static byte[] compressed(InputStream plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream stream = Codecs.of(Compression.parse("zstd")).compress(plain)) {
            stream.transferTo(bytes);
        }
        return bytes.toByteArray();
    }

    /** Puts a backup of ours, whose digest is right. */
    private void put(InputStream tar, long expandedBytes) throws IOException {
        byte[] stored = compressed(tar);
        BackupRecord.Partition partition = new BackupRecord.Partition(
                0,
                "part_00000000.tar.zst",
                stored.length,
                HexFormat.of().formatHex(PartitionUpload.sha256().digest(stored)),
                expandedBytes);
        BackupRecord record = new BackupRecord(
                new SystemIdentifier(1),
                170_000,
                new TimelineId(1),
                new Lsn(0x2000040),
                new Lsn(0x2000100),
                16 << 20,
                BackupRecord.Source.PRIMARY,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(partition));
        put(stored, Optional.of(record), 1024);
    }

    private void put(byte[] stored, Optional<BackupRecord> record, long expandedBytes) throws IOException {
        Sentinel sentinel = new Sentinel(
                Optional.of("000000010000000000000002"),
                Optional.of("00000256"),
                OptionalLong.of(expandedBytes),
                Optional.of("/original/"),
                tablespaces,
                record);
        fixture.put(ArchiveLayout.partition(NAME, 0, "zst"), stored);
        fixture.put(ArchiveLayout.sentinel(NAME), SentinelJson.write(sentinel));
    }

    private void put(TarBuilder tar) throws IOException {
        byte[] bytes = tar.bytes();
        put(new ByteArrayInputStream(bytes), bytes.length);
    }

    private RestoreRequest.Builder request() {
        return RestoreRequest.builder(target());
    }

    private void fetch(RestoreRequest.Builder request) throws ArchiveException, InterruptedException {
        new BackupFetch(fixture.archive()).fetch(request.build());
    }

    private String refusal() {
        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, () -> fetch(request()));
        assertFalse(exists("global/pg_control"));
        return e.getMessage() + ": " + e.detail().orElse("");
    }

    private static InputStream zeros(long length) {
        return new InputStream() {
            private long left = length;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) {
                int n = (int) Math.min(left, wanted);
                Arrays.fill(target, offset, offset + n, (byte) 0);
                left -= n;
                return n == 0 ? -1 : n;
            }
        };
    }

    @Test
    void partitionOfThatLengthIsRestored() throws Exception {
        put(cluster());
        fetch(request());
        assertTrue(exists("global/pg_control"));
    }

    @Test
    void partitionThatIsLongerThanItsRecordIsRefused() throws Exception {
        byte[] tar = cluster().bytes();
        put(new ByteArrayInputStream(tar), tar.length - 1);
        assertTrue(refusal().contains("decompresses to more than the " + (tar.length - 1) + " bytes"));
    }

    @Test
    void bombIsNotRead() throws Exception {
        byte[] tar = cluster().bytes();
        put(new SequenceInputStream(new ByteArrayInputStream(tar), zeros(64 << 20)), tar.length);
        assertTrue(refusal().contains("decompresses to more than"));
    }

    /** WAL-E's sentinels have but a sum. */
    @Test
    void fileThatIsLargerThanTheBackupIsNotWritten() throws Exception {
        byte[] huge = new TarBuilder().file("huge", "x").bytes();
        byte[] header = Arrays.copyOf(huge, 512);
        System.arraycopy("77777777777\0".getBytes(StandardCharsets.US_ASCII), 0, header, 124, 12);
        int sum = 8 * ' ';
        for (int i = 0; i < header.length; i++) {
            sum += i >= 148 && i < 156 ? 0 : header[i] & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 0, header, 148, 8);
        put(
                compressed(new SequenceInputStream(new ByteArrayInputStream(header), zeros(1 << 20))),
                Optional.empty(),
                1024);
        assertTrue(refusal().contains("more bytes than the backup is said to have"));
        assertFalse(exists("huge"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"standby.signal", "recovery.signal", "recovery.conf"})
    void backupDoesNotSayHowToRecover(String name) throws Exception {
        put(cluster().symlink(name, elsewhere.resolve("file").toString()));
        fixture.put(
                "wal_005/000000010000000000000002.lzo",
                SegmentBuilder.compress(
                        "lzo",
                        SegmentBuilder.segment("000000010000000000000002").bytes()));
        fetch(request()
                .recovery(RecoveryRequest.to(new RecoveryTarget.EndOfWal(), "false"))
                .missingWal(RestoreRequest.MissingWal.ALLOW));
        assertFalse(Files.isSymbolicLink(target().resolve(name)));
        assertEquals(name.equals("recovery.signal"), exists(name));
        assertTrue(Files.isRegularFile(target().resolve("recovery.signal"), LinkOption.NOFOLLOW_LINKS));
    }

    /** {@code pg_ctl stop} would send a signal to the process that it names. */
    @Test
    void processOfTheBackupIsNotRestored() throws Exception {
        put(cluster().file("postmaster.pid", "1\n").file("postmaster.opts", "/bin/evil"));
        fetch(request());
        assertFalse(exists("postmaster.pid"));
        assertFalse(exists("postmaster.opts"));
    }

    @Test
    void settingsAreNotWrittenThroughALink() throws Exception {
        put(cluster().symlink("postgresql.auto.conf", elsewhere.resolve("file").toString()));
        assertThrows(CorruptArchiveException.class, () -> fetch(request().archiving(RestoreRequest.Archiving.OFF)));
        assertEquals(0, elsewhere.toFile().list().length);
        assertFalse(exists("global/pg_control"));
    }

    /** Where the sentinel says where tablespaces go, it must not be able to say what is there. */
    @Test
    void tablespaceAtItsSourceHasNothingButTheServersDirectory() throws Exception {
        tablespaces = List.of(new Sentinel.Tablespace("16384", elsewhere.resolve(".ssh") + "/", "pg_tblspc/16384"));
        put(cluster().file("pg_tblspc/16384/authorized_keys", "x").file("pg_tblspc/16384/PG_17_202406281/5/1", "x"));
        fetch(request().tablespaces(new TablespacePlacement.Located(Map.of())));
        assertEquals(
                List.of("PG_17_202406281"),
                List.of(elsewhere.resolve(".ssh").toFile().list()));
    }

    @Test
    void releaseIsReadFromTheFirstBytes() throws Exception {
        Path file = directory.resolve("PG_VERSION");
        try (RandomAccessFile version = new RandomAccessFile(file.toFile(), "rw")) {
            version.write("17\n".getBytes(StandardCharsets.US_ASCII));
            version.setLength(3L << 30);
        }
        assertEquals(
                17, ServerRelease.parse(BackupFetch.begin(file)).orElseThrow().major());
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        assertThrows(IOException.class, () -> BackupFetch.begin(link));
    }
}
