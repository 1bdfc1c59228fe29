package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.core.tar.RestoreOptions.Completeness;

class RestoreTreeTest {

    @TempDir
    private Path temporary;

    private final Map<String, String> treated = new ConcurrentHashMap<>();

    private Path target() {
        return temporary.resolve("target");
    }

    private RestoreOptions anyTree() {
        return RestoreOptions.cluster().completeness(Completeness.ANY_TREE).listener(treated::put);
    }

    private RestoreTree tree() throws LocalFileException {
        return RestoreTree.into(target(), anyTree());
    }

    private void restore(TarBuilder... archives) throws ArchiveException, IOException {
        RestoreTree tree = tree();
        for (int i = 0; i < archives.length; i++) {
            tree.extract("part_" + i, archives[i].open());
        }
        tree.finish();
    }

    private String refusal(TarBuilder archive) throws LocalFileException {
        RestoreTree tree = tree();
        CorruptArchiveException e =
                assertThrows(CorruptArchiveException.class, () -> tree.extract("part_0", archive.open()));
        assertTrue((e.getMessage() + e.detail().orElse("")).contains("part_0"), e.getMessage());
        return e.getMessage() + ": " + e.detail().orElse("");
    }

    private String content(String name) throws IOException {
        return Files.readString(target().resolve(name));
    }

    private int mode(String name) throws IOException {
        return FileStatus.of(target().resolve(name)).permissions();
    }

    /** Everything there is below the temporary directory, to show that nothing was made where it must not. */
    private List<String> everything() {
        return List.copyOf(Trees.describe(temporary).keySet());
    }

    @Test
    void whatIsMadeForTheRestoreIsItsOwnersAlone() throws Exception {
        RestoreTree.into(target(), RestoreOptions.cluster());
        assertEquals(0700, mode(""));
        assertEquals(0600, mode(RestoreTree.MARK));
    }

    // contents

    /** Each piece is of zeros or not; zeros at the end are not written. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0", "00000", "xxx", "x000", "000x", "0x00x0", "00x000x00", "x0x"})
    void contentIsWhatWasArchivedWhereverItsZerosAre(String pieces) throws Exception {
        int length = 32 * 1024;
        for (int more : new int[] {0, 1, 512, length - 1}) {
            String content = pieces.chars()
                            .mapToObj(piece -> (piece == '0' ? "\0" : "x").repeat(length))
                            .collect(Collectors.joining())
                    + "\0".repeat(more);
            String name = "f" + more;
            RestoreTree.into(target(), anyTree())
                    .extract(
                            "part_" + more, new TarBuilder().file(name, content).open());

            assertEquals(content, content(name));
        }
    }

    @Test
    void zerosAtTheEndTakeNoSpace() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/stat")), "stat tells how much space a file takes");
        restore(new TarBuilder()
                .file("f", "x".repeat(100) + "\0".repeat(4 << 20))
                .file("g", "y".repeat(1 << 20)));

        assertEquals((4 << 20) + 100, Files.size(target().resolve("f")));
        assertTrue(allocated("f") <= 64 * 1024, "of f: " + allocated("f"));
        assertTrue(allocated("g") >= 1 << 20, "of g: " + allocated("g"));
    }

    private long allocated(String name) throws Exception {
        Process process =
                new ProcessBuilder("stat", "-c", "%b %B", target().resolve(name).toString()).start();
        String[] blocks = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        assertEquals(0, process.waitFor());
        return Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]);
    }

    // names

    @ParameterizedTest
    @ValueSource(strings = {"/etc/x", "../x", "a/../../x", "a/..", "..", "a//b", "./a", "a/./b", "a/."})
    void nameThatCouldLeadOutIsRefused(String name) throws Exception {
        refusal(new TarBuilder().file(name, "x"));

        assertTrue(
                everything().stream().noneMatch(n -> n.endsWith("/x")),
                everything().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "../x", "a/../..", "..", "a//", "//"})
    void directoryNameThatCouldLeadOutIsRefused(String name) throws Exception {
        refusal(new TarBuilder().directory(name.endsWith("/") ? name : name + "/"));
    }

    @Test
    void nameWithNulIsRefused() throws Exception {
        String reason = refusal(
                new TarBuilder().member("x", (byte) 'x', "", "12 path=a\0b\n").file("f", "x"));

        assertTrue(reason.contains("NUL"), reason);
    }

    @Test
    void nameOfManyComponentsIsRefused() throws Exception {
        String name = "a/".repeat(450_000);
        refusal(new TarBuilder()
                .member("x", (byte) 'x', "", (name.length() + 13) + " path=" + name + "\n")
                .file("f", "x"));
    }

    @Test
    void backslashIsACharacterAsAnyOther() throws Exception {
        restore(new TarBuilder().file("..\\a", "x"));

        assertEquals("x", content("..\\a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "./"})
    void rootIsTheTargetItself(String name) throws Exception {
        restore(new TarBuilder().directory(name).file("f", "x"));

        assertEquals(FileTime.fromMillis(1_700_000_000_000L), Files.getLastModifiedTime(target()));
        assertEquals(0750, mode(""));
    }

    // links

    @Test
    void fileThroughALinkOfTheArchiveIsRefused() throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        RestoreTree tree = tree();
        tree.extract(
                "part_0",
                new TarBuilder()
                        .symlink("a", outside.toString())
                        .file("a/x", "x")
                        .open());

        assertThrows(CorruptArchiveException.class, tree::finish);
        assertFalse(Files.exists(outside.resolve("x")));
    }

    @Test
    void linkThroughALinkOfTheArchiveIsRefused() throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        RestoreTree tree = tree();
        tree.extract(
                "part_0",
                new TarBuilder()
                        .symlink("a", outside.toString())
                        .symlink("a/x", "y")
                        .hardLink("a/z", "f")
                        .file("f", "")
                        .open());

        assertThrows(CorruptArchiveException.class, tree::finish);
        assertEquals(0, outside.toFile().list().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "pg_tblspc", "pg_tblspc/x16384", "base/16384"})
    void fileThroughALinkOfTheTargetIsRefused(String link) throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Trees.link(target(), link, outside);

        assertThrows(LocalFileException.class, () -> restore(new TarBuilder().file(link + "/5/x", "x")));
        assertEquals(0, outside.toFile().list().length);
    }

    @Test
    void fileThroughATablespacesLinkIsWritten() throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Trees.link(target(), "pg_tblspc/16384", outside);

        restore(new TarBuilder().directory("pg_tblspc/").file("pg_tblspc/16384/PG_14/5/x", "x"));

        assertEquals("x", Files.readString(outside.resolve("PG_14/5/x")));
        assertTrue(Files.isSymbolicLink(target().resolve("pg_tblspc/16384")));
    }

    @Test
    void tablespaceLinkThatLeadsNowhereIsAnError() throws Exception {
        Trees.link(target(), "pg_tblspc/16384", temporary.resolve("nowhere"));

        assertThrows(LocalFileException.class, () -> restore(new TarBuilder().file("pg_tblspc/16384/PG_14/5/x", "x")));
    }

    @Test
    void symbolicLinksAreMadeInTheEnd() throws Exception {
        RestoreTree tree = tree();
        tree.extract(
                "part_0",
                new TarBuilder()
                        .symlink("base/link", "../../elsewhere")
                        .symlink("dangling", "/nowhere")
                        .open());
        assertFalse(Files.exists(target().resolve("dangling"), LinkOption.NOFOLLOW_LINKS));
        tree.finish();

        assertEquals(Path.of("../../elsewhere"), Files.readSymbolicLink(target().resolve("base/link")));
        assertEquals(Path.of("/nowhere"), Files.readSymbolicLink(target().resolve("dangling")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_wal", "pg_xlog"})
    void linkInPlaceOfTheWalDirectoryBecomesADirectory(String name) throws Exception {
        restore(new TarBuilder().symlink(name, "/srv/live/wal"));

        assertTrue(Files.isDirectory(target().resolve(name), LinkOption.NOFOLLOW_LINKS));
        assertTrue(treated.get(name).contains("/srv/live/wal"));
    }

    @Test
    void tablespaceLinkThatIsThereIsKept() throws Exception {
        Trees.link(target(), "pg_tblspc/99999", Path.of("/mine"));

        restore(new TarBuilder().symlink("pg_tblspc/99999", "/theirs"));

        assertEquals(Path.of("/mine"), Files.readSymbolicLink(target().resolve("pg_tblspc/99999")));
        assertTrue(treated.containsKey("pg_tblspc/99999"));
    }

    @Test
    void hardLinkMayReferToAnotherArchive() throws Exception {
        restore(new TarBuilder().hardLink("b/link", "a/file"), new TarBuilder().file("a/file", "content"));

        assertEquals("content", content("b/link"));
        assertEquals(
                FileStatus.of(target().resolve("a/file")).key(),
                FileStatus.of(target().resolve("b/link")).key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "directory", "symlink", "standing"})
    void hardLinkToWhatIsNoFileOfTheBackupIsRefused(String linked) throws Exception {
        Trees.file(target(), "standing");
        RestoreTree tree = tree();
        tree.extract(
                "part_0",
                new TarBuilder()
                        .directory("directory/")
                        .symlink("symlink", "/etc/passwd")
                        .hardLink("link", linked)
                        .open());

        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, tree::finish);
        assertTrue(e.getMessage().contains(linked), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../x", "a/../../b", ""})
    void hardLinkOutOfTheTreeIsRefused(String linked) throws Exception {
        refusal(new TarBuilder().hardLink("link", linked));
    }

    // kinds

    @Test
    void fifoIsSkippedWithNotice() throws Exception {
        restore(new TarBuilder().member("fifo", TarConstants.LF_FIFO, "", "").file("f", "x"));

        assertFalse(Files.exists(target().resolve("fifo")));
        assertTrue(treated.containsKey("fifo"));
        assertEquals("x", content("f"));
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK})
    void deviceIsRefused(byte type) throws Exception {
        assertTrue(refusal(new TarBuilder().member("dev", type, "", "")).contains("device"));
    }

    @Test
    void fileThatIsTwiceInTheBackupIsRefused() throws Exception {
        assertTrue(refusal(new TarBuilder().file("a", "1").file("a", "2")).contains("more than one"));
        RestoreTree tree = tree();
        tree.extract("part_0", new TarBuilder().file("a", "1").open());

        assertThrows(
                CorruptArchiveException.class,
                () -> tree.extract("part_1", new TarBuilder().symlink("a", "2").open()));
        assertEquals("1", content("a"));
    }

    @Test
    void nameThatIsFileAndDirectoryIsRefused() throws Exception {
        refusal(new TarBuilder().directory("a/").file("a", "x"));
        assertThrows(
                CorruptArchiveException.class,
                () -> restore(new TarBuilder().file("c", "x").file("c/d", "x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/", "/", "./", ""})
    void fileOfADirectorysNameIsRefused(String name) throws Exception {
        refusal(new TarBuilder()
                .member("x", (byte) 'x', "", (name.length() + 9 > 9 ? name.length() + 9 : 8) + " path=" + name + "\n")
                .file("f", "x"));
    }

    @Test
    void fileThatIsThereIsNotOverwritten() throws Exception {
        Trees.file(target(), "PG_VERSION", "mine");
        RestoreTree tree = tree();

        assertThrows(
                LocalFileException.class,
                () -> tree.extract(
                        "part_0", new TarBuilder().file("PG_VERSION", "theirs").open()));
        assertEquals("mine", content("PG_VERSION"));
    }

    @Test
    void linkThatIsThereIsNotWrittenThrough() throws Exception {
        Path outside = Trees.file(temporary, "outside", "mine");
        Trees.link(target(), "PG_VERSION", outside);

        assertThrows(LocalFileException.class, () -> restore(new TarBuilder().file("PG_VERSION", "theirs")));
        assertEquals("mine", Files.readString(outside));
    }

    // failure and repetition

    @Test
    void archiveThatFailsIsTakenBackAndCanBeRepeated() throws Exception {
        byte[] tar = new TarBuilder()
                .file("a", "1")
                .file("global/pg_control", "2")
                .symlink("l", "a")
                .file("b", "x".repeat(5000))
                .bytes();
        RestoreTree tree = RestoreTree.into(target(), RestoreOptions.cluster());
        IOException failure = new IOException("connection reset");

        IOException thrown = assertThrows(
                IOException.class, () -> tree.extract("part_0", Trees.failingAfter(Arrays.copyOf(tar, 5000), failure)));
        assertEquals(failure, thrown);
        assertEquals(
                List.of("", "global", RestoreTree.MARK),
                List.copyOf(Trees.describe(target()).keySet()));
        assertThrows(IllegalStateException.class, tree::finish);

        assertEquals(new RestoreTree.Extracted(4, 5002), tree.extract("part_0", new ByteArrayInputStream(tar)));
        tree.finish();
        assertEquals("1", content("a"));
        assertEquals("2", content("global/pg_control"));
    }

    @Test
    void truncatedArchiveIsCorruptAndItsFilesAreTakenBack() throws Exception {
        byte[] tar = new TarBuilder().file("a", "1").file("b", "2").bytes();
        RestoreTree tree = tree();

        CorruptArchiveException e = assertThrows(
                CorruptArchiveException.class,
                () -> tree.extract("part_0", new ByteArrayInputStream(Arrays.copyOf(tar, 2048))));

        assertTrue(e.detail().orElseThrow().contains("end mark"));
        assertEquals(List.of(""), List.copyOf(Trees.describe(target()).keySet()));
        assertThrows(IllegalStateException.class, tree::finish);
    }

    // pg_control

    @Test
    void controlFileHasItsNameOnlyInTheEnd() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), RestoreOptions.cluster());
        tree.extract(
                "part_0", new TarBuilder().file("global/pg_control", "control").open());
        assertFalse(Files.exists(target().resolve("global/pg_control")));

        tree.finish();

        assertEquals("control", content("global/pg_control"));
        assertFalse(Files.exists(target().resolve("global/pg_control.restoring")));
    }

    @Test
    void controlFileIsNotNamedWhenFinishingFails() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), RestoreOptions.cluster());
        tree.extract(
                "part_0",
                new TarBuilder()
                        .file("global/pg_control", "control")
                        .hardLink("link", "absent")
                        .open());

        assertThrows(CorruptArchiveException.class, tree::finish);
        assertFalse(Files.exists(target().resolve("global/pg_control")));
    }

    @Test
    void clusterWithoutControlFileIsIncomplete() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), RestoreOptions.cluster());
        tree.extract("part_0", new TarBuilder().file("PG_VERSION", "17").open());

        CorruptArchiveException e = assertThrows(CorruptArchiveException.class, tree::finish);

        assertTrue(e.getMessage().contains("global/pg_control"));
    }

    @Test
    void controlFileIsAFileAndOnce() throws Exception {
        refusal(new TarBuilder().symlink("global/pg_control", "x"));
        refusal(new TarBuilder().file("f", "").hardLink("global/pg_control", "f"));
        refusal(new TarBuilder().file("global/pg_control", "1").file("global/pg_control", "2"));
        refusal(new TarBuilder().file("global/pg_control", "1").file("global/pg_control.restoring", "2"));
    }

    // attributes

    @ParameterizedTest
    @ValueSource(ints = {0700, 0750, 0755, 0777, 0500, 0740, 04711})
    void dataDirectoryHasAModeThatServersStartWith(int archived) throws Exception {
        RestoreTree tree = tree();
        byte[] tar = Trees.tar(List.of(new Member.Directory("", PartitionPlanTest.ATTRIBUTES.withMode(archived))));
        tree.extract("part_0", new ByteArrayInputStream(tar));
        tree.finish();

        assertEquals((archived & 050) == 050 ? 0750 : 0700, mode(""));
    }

    @Test
    void dataDirectoryThatIsInNoArchiveIsOpenToItsOwnerAlone() throws Exception {
        Files.createDirectory(target());
        restore(new TarBuilder().file("f", "x"));

        assertEquals(0700, mode(""));
    }

    @Test
    void modesAreThoseOfTheArchiveWithoutSetuid() throws Exception {
        MemberAttributes attributes = PartitionPlanTest.ATTRIBUTES;
        byte[] tar = Trees.tar(List.of(
                new Member.Directory("closed", attributes.withMode(0500)),
                new Member.MemoryFile("closed/setuid", new byte[0], attributes.withMode(06755)),
                new Member.MemoryFile("closed/none", new byte[0], attributes.withMode(0)),
                new Member.Directory("closed/below", attributes.withMode(03777))));
        RestoreTree tree = tree();
        tree.extract("part_0", new ByteArrayInputStream(tar));
        tree.finish();

        assertEquals(0500, mode("closed"));
        assertEquals(0755, mode("closed/setuid"));
        assertEquals(0, mode("closed/none"));
        assertEquals(0777, mode("closed/below"));
    }

    @Test
    void directoryThatNoArchiveMentionsIsOpenToItsOwnerAlone() throws Exception {
        restore(new TarBuilder().file("a/b/c", "x"));

        assertEquals(0700, mode("a"));
        assertEquals(0700, mode("a/b"));
    }

    @Test
    void rootGivesFilesTheirOwners() throws Exception {
        assumeTrue(FileStatus.of(Files.createFile(temporary.resolve("probe"))).uid() == 0, "runs as root");
        MemberAttributes attributes =
                new MemberAttributes(0600, FileTime.fromMillis(0), 12345, 23456, "no-such-user", "");
        MemberAttributes byName = new MemberAttributes(0600, FileTime.fromMillis(0), 12345, 23456, "daemon", "daemon");
        byte[] tar = Trees.tar(List.of(
                new Member.Directory("", attributes.withMode(0700)),
                new Member.Directory("d", attributes.withMode(0700)),
                new Member.MemoryFile("d/f", new byte[0], attributes),
                new Member.MemoryFile("d/named", new byte[0], byName),
                new Member.SymbolicLink("d/l", "f", attributes)));
        RestoreTree tree = tree();
        tree.extract("part_0", new ByteArrayInputStream(tar));
        tree.finish();

        for (String name : List.of("", "d", "d/f", "d/l")) {
            FileStatus status = FileStatus.of(target().resolve(name));
            assertEquals(12345, status.uid(), name);
            assertEquals(23456, status.gid(), name);
        }
        assertEquals("daemon", Files.getOwner(target().resolve("d/named")).getName());
    }

    @Test
    void memberIsRewritten() throws Exception {
        RestoreTree tree = RestoreTree.into(
                target(),
                anyTree().rewrite("tablespace_map", old -> Trees.bytes(new String(old, StandardCharsets.UTF_8) + "!")));
        tree.extract(
                "part_0",
                new TarBuilder().file("tablespace_map", "old").file("f", "x").open());
        tree.finish();

        assertEquals("old!", content("tablespace_map"));
        assertEquals("x", content("f"));
    }

    @Test
    void memberThatIsTooLargeToBeRewrittenIsRefused() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), anyTree().rewrite("tablespace_map", old -> old));

        assertThrows(
                CorruptArchiveException.class,
                () -> tree.extract(
                        "part_0",
                        new TarBuilder()
                                .file("tablespace_map", "x".repeat((1 << 20) + 1))
                                .open()));
    }

    @Test
    void targetIsMadeWithWhatIsAboveIt() throws Exception {
        Path deep = temporary.resolve("a/b/c");
        RestoreTree tree = RestoreTree.into(deep, anyTree());
        tree.finish();

        assertEquals(0700, FileStatus.of(deep).permissions());
        // another user's server has to get there
        assertEquals(
                FileStatus.of(Files.createDirectory(temporary.resolve("usual"))).permissions(),
                FileStatus.of(deep.getParent()).permissions());
    }

    @Test
    void targetThatIsAFileIsAnError() {
        Trees.file(temporary, "target");

        assertThrows(LocalFileException.class, this::tree);
    }

    @Test
    void archivesMayBeExtractedAtOnce() throws Exception {
        RestoreTree tree = tree();
        List<Callable<RestoreTree.Extracted>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TarBuilder archive = new TarBuilder();
            for (int j = 0; j < 200; j++) {
                archive.file("d" + j % 20 + "/e/f" + i + "_" + j, i + " " + j);
            }
            String name = "part_" + i;
            tasks.add(() -> tree.extract(name, archive.open()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<RestoreTree.Extracted> future : threads.invokeAll(tasks)) {
                assertEquals(200, future.get().members());
            }
        } finally {
            threads.shutdown();
        }
        tree.finish();

        assertEquals(1 + 20 + 20 + 1600, Trees.describe(target()).size());
        assertEquals("7 199", content("d19/e/f7_199"));
    }
}
