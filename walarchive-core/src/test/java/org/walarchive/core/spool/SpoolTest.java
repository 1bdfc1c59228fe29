package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each way an acknowledgement could be a false success: docs/decisions/0013-acknowledgements.md. */
@Timeout(60)
final class SpoolTest {

    private static final String NAME = "000000010000000000000008";
    private static final String NEXT = "000000010000000000000009";
    private static final String ADDRESS = "s3://bucket/some/dir AWS_REGION=eu-central-1";

    @TempDir
    Path base;

    private Path wal;
    private Path file;
    private Spool spool;

    @BeforeEach
    void acknowledged() throws Exception {
        wal = Files.createDirectories(base.resolve("data/pg_wal"));
        Files.createDirectory(wal.resolve("archive_status"));
        file = wal.resolve(NAME);
        spool = Spool.beside(wal, ADDRESS);
        acknowledge(spool, file, "content");
        assertTrue(spool.isAcknowledged(file));
    }

    private static void acknowledge(Spool spool, Path file, String content) throws IOException {
        Files.writeString(file, content);
        assertTrue(spool.acknowledge(file, awaitSettled(spool, file)));
    }

    /** Looks until the file is old enough, which takes some 20 ms. */
    private static FileIdentity awaitSettled(Spool spool, Path file) {
        while (true) {
            Optional<FileIdentity> identity = spool.settled(file);
            if (identity.isPresent()) {
                return identity.get();
            }
            Thread.onSpinWait();
        }
    }

    private Path note(String name) {
        return wal.resolve(".walarchive/archived").resolve(name);
    }

    @Test
    void theNoteIsTheAddressAndTheIdentity() throws IOException {
        assertEquals(ADDRESS + "\n" + FileIdentity.of(file) + "\n", Files.readString(note(NAME)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(note(NAME))));
        for (Path directory : List.of(wal.resolve(".walarchive"), wal.resolve(".walarchive/archived"))) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        }
        try (Stream<Path> notes = Files.list(note(NAME).getParent())) {
            assertEquals(1, notes.count(), "litter");
        }
    }

    @Test
    void anotherProcessBelievesIt() {
        assertTrue(Spool.beside(wal, ADDRESS).isAcknowledged(file));
    }

    @Test
    @DisplayName(
            "re-created cluster: a file made anew under the name, even with the same inode, length and time, is another one")
    void aFileMadeAnewIsNotAcknowledged() throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        long inode = FileIdentity.of(file).inode();
        FileIdentity reused = null;
        // Some file systems give an inode out again at once, others do not: both are tried as they come.
        for (int i = 0; i < 50 && (reused == null || reused.inode() != inode); i++) {
            Files.delete(file);
            Files.writeString(file, "content");
            Files.setLastModifiedTime(file, modified);
            reused = FileIdentity.of(file);
            assertFalse(spool.isAcknowledged(file));
        }
    }

    @Test
    @DisplayName(
            "recycled file: another name for the same inode has no acknowledgement, and neither has what gets the old name")
    void aRecycledFileIsNotAcknowledged() throws IOException {
        Files.move(file, wal.resolve(NEXT));
        assertFalse(spool.isAcknowledged(wal.resolve(NEXT)));
        assertFalse(spool.isAcknowledged(file));
        Files.copy(note(NAME), note(NEXT));
        assertFalse(spool.isAcknowledged(wal.resolve(NEXT)), "not even if the note is renamed with it");
    }

    @Test
    @DisplayName("overwritten in place, with the length and the time of modification put back")
    void anOverwrittenFileIsNotAcknowledged() throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {'X'}));
        }
        Files.setLastModifiedTime(file, modified);
        FileIdentity now = FileIdentity.of(file);
        assertEquals(modified.toInstant(), now.modified());
        assertFalse(spool.isAcknowledged(file));
    }

    @Test
    @DisplayName("copy of a data directory with its spool, as cp -a makes it")
    void aCopiedDirectoryAcknowledgesNothing() throws Exception {
        Path clone = base.resolve("clone");
        Process copy = new ProcessBuilder("cp", "-a", base.resolve("data").toString(), clone.toString()).start();
        assertEquals(0, copy.waitFor());
        Path copied = clone.resolve("pg_wal").resolve(NAME);
        assertEquals(Files.getLastModifiedTime(file), Files.getLastModifiedTime(copied));
        assertTrue(Files.exists(clone.resolve("pg_wal/.walarchive/archived").resolve(NAME)));
        assertFalse(Spool.beside(clone.resolve("pg_wal"), ADDRESS).isAcknowledged(copied));
    }

    @Test
    @DisplayName("clone of the file system: the file was archived, but not where the clone archives to")
    void anotherAddressBelievesNothing() {
        for (String other : List.of(
                "s3://bucket/some/dir",
                "s3://bucket/some/dir AWS_REGION=eu-central-1 ",
                "s3://bucket/some/dir AWS_REGION=eu-central-2",
                "s3://bucket/some/other AWS_REGION=eu-central-1",
                "")) {
            assertFalse(Spool.beside(wal, other).isAcknowledged(file), other);
        }
        assertFalse(Spool.unaddressed(wal).isAcknowledged(file));
    }

    @Test
    @DisplayName("torn, empty and lengthened notes after a power cut")
    void aTornNoteIsNotBelieved() throws IOException {
        byte[] whole = Files.readAllBytes(note(NAME));
        for (int length = 0; length < whole.length; length++) {
            Files.write(note(NAME), java.util.Arrays.copyOf(whole, length));
            assertFalse(spool.isAcknowledged(file), length + " bytes");
            byte[] zeros = java.util.Arrays.copyOf(java.util.Arrays.copyOf(whole, length), whole.length);
            Files.write(note(NAME), zeros);
            assertFalse(spool.isAcknowledged(file), length + " bytes, then zeros");
        }
        Files.write(note(NAME), java.util.Arrays.copyOf(whole, whole.length + 1));
        assertFalse(spool.isAcknowledged(file), "one byte more");
        Files.write(note(NAME), whole);
        assertTrue(spool.isAcknowledged(file));
    }

    @Test
    void aNoteThatIsNoFileIsNotBelieved() throws IOException {
        Files.delete(note(NAME));
        assertFalse(spool.isAcknowledged(file));
        Files.createDirectory(note(NAME));
        assertFalse(spool.isAcknowledged(file));
    }

    @Test
    @DisplayName("a file that changes while it is pushed gets no acknowledgement")
    void aFileThatChangedMeanwhileIsNotAcknowledged() throws IOException {
        Path next = wal.resolve(NEXT);
        Files.writeString(next, "as it was read");
        FileIdentity before = awaitSettled(spool, next);
        Files.writeString(next, "as it is now..");
        assertFalse(spool.acknowledge(next, before));
        assertFalse(Files.exists(note(NEXT)));
        Files.delete(next);
        assertFalse(spool.acknowledge(next, before));
    }

    @Test
    @DisplayName(
            "a change within one tick of the file system's clock, however coarse, or after a step of the clock, is no false success")
    void whatWasChangedAMomentAgoIsNotSettled() throws IOException {
        Instant now = Instant.parse("2026-11-21T14:00:00Z");
        for (Duration old : List.of(
                Duration.ofHours(-1),
                Duration.ofNanos(-1),
                Duration.ZERO,
                Duration.ofMillis(4),
                Duration.ofNanos(19_999_999))) {
            assertEquals(Optional.empty(), spoolAt(now, old).settled(file), old.toString());
        }
        assertTrue(spoolAt(now, Duration.ofMillis(20)).settled(file).isPresent());
        assertTrue(spoolAt(now, Duration.ofSeconds(1)).settled(file).isPresent());
        Spool elsewhere = new Spool(
                wal,
                Optional.of(ADDRESS),
                path -> new FileIdentity(
                        path.equals(file) ? 2 : 1, 2, 3, now, path.equals(file) ? now.minusSeconds(1) : now));
        assertEquals(Optional.empty(), elsewhere.settled(file), "the clock of another file system");
    }

    /** A spool on a file system that stamps what is made with one time, and the WAL file with an older one. */
    private Spool spoolAt(Instant now, Duration old) {
        return new Spool(
                wal,
                Optional.of(ADDRESS),
                path -> new FileIdentity(1, 2, 3, now, path.equals(file) ? now.minus(old) : now));
    }

    @Test
    void settledIsWhatTheFileSystemSaysItself() {
        assertEquals(Optional.empty(), spool.settled(wal.resolve("absent")));
        assertNotEquals(Optional.empty(), spool.settled(file));
    }

    @Test
    @DisplayName("where nothing can be written, nothing is acknowledged and nothing fails")
    void aSpoolThatCannotBeWrittenIsNone() throws IOException {
        Path elsewhere = Files.createDirectory(base.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve(".walarchive"), "in the way");
        Path segment = Files.writeString(elsewhere.resolve(NAME), "content");
        Spool none = Spool.beside(elsewhere, ADDRESS);
        assertEquals(Optional.empty(), none.settled(segment));
        assertTrue(none.acknowledge(segment, FileIdentity.of(segment)), "the file is what it was");
        assertFalse(none.isAcknowledged(segment));
        assertEquals(0, none.sweep());
        Spool absent = Spool.beside(base.resolve("absent"), ADDRESS);
        assertEquals(Optional.empty(), absent.settled(segment));
        assertFalse(Files.exists(base.resolve("absent")), "the directory of WAL is never made");
    }

    @Test
    void sweepingLeavesWhatPostgresqlWaitsFor() throws IOException {
        acknowledge(spool, wal.resolve(NEXT), "next");
        Files.createFile(wal.resolve("archive_status/" + NEXT + ".ready"));
        Files.createFile(wal.resolve("archive_status/" + NAME + ".done"));
        Files.createFile(note("." + NAME + ".1f"));
        Files.createFile(note("." + NEXT + ".1f"));
        Files.createFile(note(".x"));
        assertEquals(3, spool.sweep());
        assertFalse(spool.isAcknowledged(file));
        assertTrue(spool.isAcknowledged(wal.resolve(NEXT)));
        assertEquals(0, Spool.beside(base, ADDRESS).sweep());
    }
}
