package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.cli.golden.WalEArchive;
import org.walarchive.core.testing.OrdinaryUser;

/** What must not be archived is refused, and the archive is as it was. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class BadInputIT {

    private static final int USAGE = 2;
    private static final int CONFLICT = 3;
    private static final int LOCAL_FILE = 7;
    private static final int INVALID_WAL = 10;
    private static final int NO_SUBCOMMAND = 127;

    private static final String SEGMENT = "000000010000000000000009";
    private static final String NEW_SEGMENT = "000000010000000000000011";

    @TempDir
    private static Path ground;

    /** WAL-E's, into which the right cluster has pushed: it has the cluster's record, and is never changed again. */
    private static Path archive;

    private Map<String, String> archiveBefore = Map.of();

    @TempDir
    private Path directory;

    private Path wal;

    @BeforeAll
    static void makeTheArchive() throws IOException {
        archive = WalEArchive.PLAIN.copyTo(Ground.open(ground));
        Path segment = WalEArchive.PLAIN.fetch(SEGMENT, ground);
        push(segment).requireExit(0);
        String identity = Files.readString(archive.resolve("walarchive/identity.properties"));
        assertTrue(identity.contains("system_identifier="), identity);
    }

    @BeforeEach
    void open() throws IOException {
        wal = Files.createDirectory(directory.resolve("pg_wal"));
        Ground.open(directory);
        archiveBefore = Ground.describe(archive);
    }

    private static Run push(Path file) {
        return Program.walarchive().on(archive).run("wal-push", file.toString());
    }

    private void requireUnchanged() {
        assertEquals(archiveBefore, Ground.describe(archive));
    }

    private void refuse(int exit, Path file, String... words) {
        OrdinaryUser.give(file);
        push(file).requireRefusal(exit, words);
        requireUnchanged();
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(wal.resolve(name), content);
    }

    private Path segmentAs(String name) throws IOException {
        return Files.move(
                WalEArchive.PLAIN.fetch(SEGMENT, wal), wal.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void theSameAgainIsSuccess() throws IOException {
        Run run = push(segmentAs(SEGMENT)).requireExit(0);
        assertEquals("", run.output());
        requireUnchanged();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql.conf",
                "00000001000000000000000",
                "0000000100000000000000110",
                "00000001000000000000001g",
                "00000001000000000000001a",
                "000000010000000000000011.lzo",
                "0000000G.history",
                "RECOVERYXLOG"
            })
    void aNameThatIsNotOfWal(String name) throws IOException {
        refuse(INVALID_WAL, segmentAs(name), name);
    }

    @Test
    void randomContent() throws IOException {
        byte[] content = new byte[1024 * 1024];
        new Random(1).nextBytes(content);
        refuse(INVALID_WAL, file(NEW_SEGMENT, content), NEW_SEGMENT);
    }

    @Test
    void zeros() throws IOException {
        refuse(INVALID_WAL, file(NEW_SEGMENT, new byte[1024 * 1024]), NEW_SEGMENT);
    }

    @Test
    void aSegmentUnderTheNameOfAnother() throws IOException {
        refuse(INVALID_WAL, segmentAs(NEW_SEGMENT), NEW_SEGMENT);
    }

    /** The other way round it may be right: a new timeline begins with a copy of the old one's last segment. */
    @Test
    void aSegmentUnderTheNameOfAnEarlierTimeline() throws IOException {
        Path segment = WalEArchive.PLAIN.fetch("00000002000000000000000E", wal);
        refuse(INVALID_WAL, Files.move(segment, wal.resolve("00000001000000000000000E")), "00000001000000000000000E");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8192, 512 * 1024, 1024 * 1024 - 1, 1024 * 1024 + 1, 2 * 1024 * 1024})
    void aSegmentOfAnotherLength(int length) throws IOException {
        byte[] content = Files.readAllBytes(segmentAs(SEGMENT));
        refuse(INVALID_WAL, file(SEGMENT, Arrays.copyOf(content, length)), SEGMENT);
    }

    @Test
    void aSegmentOfAnotherCluster() {
        String name = "00000001000000000000000A";
        refuse(CONFLICT, WalEArchive.TBLSPC.fetch(name, wal), "belongs to another cluster");
    }

    /** The archive that WAL-E left has no record of its cluster, only WAL. */
    @Test
    void aSegmentOfAnotherClusterThatIsTheFirstOurselvesPush() {
        Path fresh = WalEArchive.PLAIN.copyTo(directory);
        Map<String, String> before = Ground.describe(fresh);
        Program.walarchive()
                .on(fresh)
                .run("wal-push", WalEArchive.TBLSPC.fetch(SEGMENT, wal).toString())
                .requireRefusal(CONFLICT, "belongs to another cluster");
        assertEquals(before, Ground.describe(fresh));
    }

    @Test
    void otherContentUnderAnArchivedName() throws IOException {
        byte[] content = Files.readAllBytes(segmentAs(SEGMENT));
        content[content.length - 1] ^= 1;
        refuse(CONFLICT, file(SEGMENT, content), SEGMENT, "with other content", "1048575");
    }

    @Test
    void anotherHistoryUnderAnArchivedName() throws IOException {
        refuse(CONFLICT, file("00000002.history", "1\t0/1000000\tother\n".getBytes()), "00000002.history");
    }

    @Test
    void aFileThatIsMissing() {
        push(wal.resolve(NEW_SEGMENT))
                .requireRefusal(LOCAL_FILE, wal.resolve(NEW_SEGMENT).toString());
        requireUnchanged();
    }

    @Test
    void aFileThatMayNotBeRead() throws IOException {
        Path file = segmentAs(SEGMENT);
        Files.setPosixFilePermissions(file, Set.of());
        refuse(LOCAL_FILE, file, file.toString());
    }

    @Test
    void aDirectory() throws IOException {
        refuse(LOCAL_FILE, Files.createDirectory(wal.resolve(NEW_SEGMENT)), NEW_SEGMENT);
    }

    @Test
    void aFifo() throws IOException {
        Path fifo = wal.resolve(NEW_SEGMENT);
        Program mkfifo = Tools.require("mkfifo");
        OrdinaryUser.give(wal);
        mkfifo.run(fifo.toString()).requireExit(0);
        push(fifo).requireRefusal(LOCAL_FILE, NEW_SEGMENT);
        requireUnchanged();
    }

    @Test
    void anEmptyHistory() throws IOException {
        refuse(INVALID_WAL, file("00000003.history", new byte[0]), "00000003.history");
    }

    @Test
    void aHistoryOfZeros() throws IOException {
        refuse(INVALID_WAL, file("00000003.history", new byte[42]), "00000003.history");
    }

    @Test
    void noPrefix() throws IOException {
        Program.walarchive().run("wal-push", segmentAs(SEGMENT).toString()).requireRefusal(USAGE, "WALARCHIVE_PREFIX");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/archive", "archive", "/archive", "file:/archive", "s4://bucket/archive"})
    void aPrefixOfNoStore(String prefix) throws IOException {
        Program.walarchive()
                .with("WALARCHIVE_PREFIX", prefix)
                .run("wal-push", segmentAs(SEGMENT).toString())
                .requireRefusal(USAGE, prefix.replaceFirst(":.*", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"WALARCHIVE_PREFIX", "WALE_FILE_PREFIX", "WALE_S3_PREFIX"})
    void aPrefixWithASecret(String variable) throws IOException {
        Run run = Program.walarchive()
                .with(variable, "file://user:hunter2@localhost" + archive)
                .run("wal-push", segmentAs(SEGMENT).toString())
                .requireRefusal(USAGE, variable);
        assertFalse(run.log().contains("hunter2"), run::toString);
        requireUnchanged();
    }

    @Test
    void anOptionWithASecret() throws IOException {
        Run run = Program.walarchive()
                .run(
                        "--prefix",
                        "file://user:hunter2@localhost" + archive,
                        "wal-push",
                        segmentAs(SEGMENT).toString())
                .requireExit(USAGE);
        assertEquals("", run.output());
        assertFalse(run.log().contains("hunter2"), run::toString);
        requireUnchanged();
    }

    @Test
    void anUnknownOption() throws IOException {
        String file = segmentAs(SEGMENT).toString();
        Program walarchive = Program.walarchive().on(archive);
        walarchive.run("wal-push", "--frobnicate", file).requireRefusal(USAGE, "--frobnicate");
        walarchive.run("--frobnicate", "wal-push", file).requireRefusal(USAGE, "--frobnicate");
        requireUnchanged();
    }

    @Test
    void tooFewAndTooManyOperands() throws IOException {
        String file = segmentAs(SEGMENT).toString();
        Program walarchive = Program.walarchive().on(archive);
        walarchive.run("wal-push").requireRefusal(USAGE);
        walarchive.run("wal-push", file, file).requireRefusal(USAGE);
        requireUnchanged();
    }

    /** Not a code up to 125, for the word may stand in a {@code restore_command}: docs/exit-codes.md. */
    @Test
    void anUnknownSubcommand() throws IOException {
        Program walarchive = Program.walarchive().on(archive);
        walarchive.run("wal-psuh", segmentAs(SEGMENT).toString()).requireRefusal(NO_SUBCOMMAND, "wal-psuh");
        walarchive.run().requireRefusal(NO_SUBCOMMAND);
        requireUnchanged();
    }
}
