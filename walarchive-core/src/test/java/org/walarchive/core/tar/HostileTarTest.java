package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.core.tar.RestoreOptions.Completeness;

/** Archives by somebody who can write to the store, and knows how they are read. */
class HostileTarTest {

    private static final long ENOUGH = 1 << 20;

    @TempDir
    private Path temporary;

    private final Map<String, String> treated = new ConcurrentHashMap<>();

    private Path target() {
        return temporary.resolve("target");
    }

    private RestoreOptions options() {
        return RestoreOptions.cluster().completeness(Completeness.ANY_TREE).listener(treated::put);
    }

    private void restore(RestoreOptions options, TarBuilder archive) throws Exception {
        RestoreTree tree = RestoreTree.into(target(), options);
        tree.extract("part_0", archive.open());
        tree.finish();
    }

    private boolean exists(String name) {
        return Files.exists(target().resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    private static byte[] pax(String keyword, String value) {
        String rest = " " + keyword + "=" + value + "\n";
        int length = rest.length() + 1;
        while (Integer.toString(length).length() + rest.length() != length) {
            length++;
        }
        return new TarBuilder()
                .member("x", (byte) 'x', "", length + rest)
                .file("f", "x")
                .bytes();
    }

    private static String failure(byte[] tar) {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        return assertThrows(TarFormatException.class, reader::next).getMessage();
    }

    /** The server would make links of tablespaces to wherever the file says that is not rewritten. */
    @Test
    void rewrittenFileIsNoLink() throws Exception {
        RestoreOptions options = options().rewrite("tablespace_map", map -> new byte[0]);
        for (TarBuilder archive : new TarBuilder[] {
            new TarBuilder().file("base/map", "1 /etc\n").symlink("tablespace_map", "base/map"),
            new TarBuilder().file("base/map", "1 /etc\n").hardLink("tablespace_map", "base/map")
        }) {
            byte[] tar = archive.bytes();
            RestoreTree tree = RestoreTree.into(target(), options);
            assertThrows(CorruptArchiveException.class, () -> tree.extract("part_0", new ByteArrayInputStream(tar)));
            assertThrows(
                    CorruptArchiveException.class,
                    () -> TarWalk.walk("part_0", new ByteArrayInputStream(tar), (name, size, content) -> {}));
        }
    }

    /** Where a tablespace lies only the sentinel may say, such as in somebody's home directory. */
    @ParameterizedTest
    @ValueSource(strings = {"authorized_keys", "a/PG_17_202406281/x", "PG_/x", "pg_17_1/x", "PG_x\n/y"})
    void whatNoServerKeepsInATablespaceIsLeftOut(String name) throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Trees.link(target(), "pg_tblspc/16384", outside);
        restore(
                options(),
                new TarBuilder()
                        .file("pg_tblspc/16384/" + name, "x")
                        .directory("pg_tblspc/16384/.ssh/")
                        .symlink("pg_tblspc/16384/link", "/etc")
                        .file("pg_tblspc/16384/PG_17_202406281/5/1", "x"));

        assertArrayEquals(new String[] {"PG_17_202406281"}, outside.toFile().list());
        assertEquals(
                Set.of("pg_tblspc/16384/" + name, "pg_tblspc/16384/.ssh", "pg_tblspc/16384/link"), treated.keySet());
    }

    @Test
    void inATablespaceOfTheTargetAnythingMayBe() throws Exception {
        restore(options(), new TarBuilder().file("pg_tblspc/16384/notes", "x"));

        assertTrue(exists("pg_tblspc/16384/notes"));
    }

    /** A forged address would have the launcher ask the agent of another server, behind a link. */
    @ParameterizedTest
    @ValueSource(strings = {"pg_wal", "pg_xlog"})
    void noAgentIsRestored(String wal) throws Exception {
        restore(
                options(),
                new TarBuilder()
                        .directory(wal + "/.walarchive/")
                        .file(wal + "/.walarchive/agent.address", "s3://bucket/prefix\n")
                        .symlink(wal + "/.walarchive/agent.socket", "/other/pg_wal/.walarchive/agent.socket")
                        .file(wal + "/archive_status/x.done", ""));

        assertFalse(exists(wal + "/.walarchive"));
        assertTrue(exists(wal + "/archive_status/x.done"));
        assertEquals(3, treated.size());
    }

    @Test
    void directoryOfTheAgentIsNoLink() throws Exception {
        restore(options(), new TarBuilder().symlink("pg_wal/.walarchive", "/other/pg_wal/.walarchive"));

        assertFalse(exists("pg_wal/.walarchive"));
    }

    @Test
    void leftOutIsWhateverHasTheName() throws Exception {
        RestoreOptions options = options().leaveOut(Set.of("a", "b", "c", "d"));
        restore(
                options,
                new TarBuilder()
                        .file("a", "x")
                        .symlink("b", "/etc/passwd")
                        .hardLink("c", "e")
                        .directory("d/")
                        .file("e", "x")
                        .file("base/a", "x"));

        assertArrayEquals(
                new String[] {"base", "e"},
                Arrays.stream(target().toFile().list()).sorted().toArray());
        assertEquals(Set.of("a", "b", "c", "d"), treated.keySet());
    }

    @ParameterizedTest
    @CsvSource({"path", "linkpath", "size", "mtime", "uid", "uname"})
    void longValueIsRefused(String keyword) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        assertTrue(failure(pax(keyword, "1".repeat(1_000_000))).contains("1000000 bytes"));
        assertTrue(failure(pax(keyword, "1".repeat(4097))).contains("4097 bytes"));
        Duration took = Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);
        assertTrue(took.toSeconds() < 2, took::toString);
    }

    @ParameterizedTest
    @CsvSource({"L", "K"})
    void longTextOfGnuIsRefused(char type) {
        byte[] tar = new TarBuilder(TarArchiveOutputStream.LONGFILE_GNU)
                .member("x", (byte) type, "", "n".repeat(4097) + "\0")
                .symlink("f", "x")
                .bytes();
        assertTrue(failure(tar).contains("4097 bytes"));
    }

    @Test
    void longestPathIsRead() throws Exception {
        String name = "n".repeat(4096);
        assertEquals(
                name,
                new TarReader(new ByteArrayInputStream(pax("path", name)))
                        .next()
                        .orElseThrow()
                        .name());
    }

    @Test
    void absurdOwnerIsNone() throws Exception {
        TarReader reader = new TarReader(new ByteArrayInputStream(pax("uname", "n".repeat(257))));
        assertEquals("", reader.next().orElseThrow().attributes().user());
        reader = new TarReader(new ByteArrayInputStream(pax("uname", "n".repeat(256))));
        assertEquals("n".repeat(256), reader.next().orElseThrow().attributes().user());
    }

    @Test
    void textThatIsNotUtf8IsNotRepeatedWhole() {
        byte[] tar = new TarBuilder(TarArchiveOutputStream.LONGFILE_GNU)
                .member("x", (byte) 'L', "", "n".repeat(4000) + "\u00ff\0")
                .file("f", "x")
                .bytes();
        int at = TarHeaders.BLOCK_BYTES + 4000;
        tar[at] = (byte) 0xff;
        assertTrue(failure(tar).length() < 200, "of the message");
    }

    private static TarBuilder manyFiles(int count, String name) {
        TarBuilder archive = new TarBuilder();
        for (int i = 0; i < count; i++) {
            archive.file(name + i, "");
        }
        return archive;
    }

    @Test
    void namesTakeNoMoreMemoryThanThereIs() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), options(), new Allowance(10_000, ENOUGH));
        for (TarBuilder archive : new TarBuilder[] {
            manyFiles(150, "f"),
            manyFiles(20, "f".repeat(250) + "/".concat("g".repeat(250)).repeat(9)),
            new TarBuilder().file("d/".repeat(600) + "f", ""),
            manyLinks(100, "n".repeat(2000))
        }) {
            LocalFileException e = assertThrows(LocalFileException.class, () -> tree.extract("part_0", archive.open()));
            assertTrue(e.getMessage().contains("memory"), e.getMessage());
        }
    }

    private static TarBuilder manyLinks(int count, String to) {
        TarBuilder archive = new TarBuilder();
        for (int i = 0; i < count; i++) {
            archive.symlink("l" + i, to);
        }
        return archive;
    }

    /** A connection that breaks off again and again must not use the memory up. */
    @Test
    void whatFailedHoldsNoMemoryAndNoSpace() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), options(), new Allowance(10_000, 1000));
        byte[] whole = new TarBuilder()
                .file("a", "x".repeat(600))
                .symlink("b", "n".repeat(2000))
                .bytes();
        byte[] cut = Arrays.copyOf(whole, whole.length - TarHeaders.BLOCK_BYTES);
        for (int i = 0; i < 4; i++) {
            assertThrows(CorruptArchiveException.class, () -> tree.extract("part_0", new ByteArrayInputStream(cut)));
        }
        tree.extract("part_0", new ByteArrayInputStream(whole));
    }

    @Test
    void contentBeyondWhatWasDeclaredIsNotWritten() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), options().mostContentBytes(1000));
        tree.extract("part_0", new TarBuilder().file("a", "x".repeat(600)).open());
        byte[] more = new TarBuilder().file("b", "x".repeat(401)).bytes();
        byte[] head = Arrays.copyOf(more, TarHeaders.BLOCK_BYTES);

        // the header is enough
        CorruptArchiveException e = assertThrows(
                CorruptArchiveException.class, () -> tree.extract("part_1", new ByteArrayInputStream(head)));
        assertTrue(e.detail().orElseThrow().contains("more bytes than"), e.detail()::get);
        assertFalse(exists("b"));
        tree.extract("part_1", new TarBuilder().file("b", "x".repeat(400)).open());
    }

    @Test
    void hugeFileIsNotReadIntoMemory() throws Exception {
        RestoreTree tree = RestoreTree.into(target(), options());
        try (RandomAccessFile file =
                new RandomAccessFile(target().resolve("postgresql.auto.conf").toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        LocalFileException e =
                assertThrows(LocalFileException.class, () -> tree.change("postgresql.auto.conf", content -> content));
        assertTrue(e.getMessage().contains(Long.toString(3L << 30)), e.getMessage());
    }

    private static final TarDialect WAL_G =
            new TarDialect(TarDialect.Maker.WAL_G, Set.of("backup_label"), TarDialect.End.MARKED);

    private void restoreWalG(TarBuilder archive) throws Exception {
        RestoreTree tree = RestoreTree.into(target(), options());
        tree.extract("part_001", archive.open(), WAL_G);
        tree.finish();
    }

    /** WAL-G's names begin with one slash; with it off they are held against the same rules. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "//etc/passwd",
                "/../outside",
                "../outside",
                "/base/../../outside",
                "./../outside",
                ".//outside",
                "/./outside",
                "/base//1",
                "/.",
                "/.."
            })
    void walGsNamesLeadNowhereElse(String name) throws Exception {
        TarBuilder archive = new TarBuilder().file(name, "x");
        byte[] tar = archive.bytes();
        assertThrows(
                CorruptArchiveException.class,
                () -> restoreWalG(new TarBuilder().file("/PG_VERSION", "17").file(name, "x")));
        assertThrows(
                CorruptArchiveException.class,
                () -> TarWalk.walk("part_001", new ByteArrayInputStream(tar), WAL_G, (path, size, content) -> {}));
        assertFalse(Files.exists(temporary.resolve("outside")));
    }

    @Test
    void whatWalGStoresIsRestored() throws Exception {
        restoreWalG(new TarBuilder()
                .directory("/")
                .directory("/base")
                .file("/base/1", "x")
                .directory("./pg_wal/archive_status/")
                .file("/backup_label", "somebody's")
                .symlink("/postgresql.conf", "postgresql.conf")
                .symlink("/linked", "/srv/elsewhere"));
        assertTrue(exists("base/1") && exists("pg_wal/archive_status") && exists("linked"));
        assertFalse(exists("backup_label"), "another partition has the one that counts");
        assertFalse(exists("postgresql.conf"));
        assertEquals(Set.of("postgresql.conf"), treated.keySet());
    }

    /** What stays out by its name does so whatever it begins with. */
    @Test
    void aSlashHidesNothing() throws Exception {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Trees.link(target(), "pg_tblspc/16384", outside);
        RestoreTree tree = RestoreTree.into(target(), options().leaveOut(Set.of("postmaster.pid")));
        tree.extract(
                "part_001",
                new TarBuilder()
                        .file("/postmaster.pid", "1")
                        .file("/pg_wal/.walarchive/archived/x", "x")
                        .file("/pg_tblspc/16384/authorized_keys", "x")
                        .open(),
                WAL_G);
        tree.finish();
        assertFalse(exists("postmaster.pid"));
        assertFalse(exists("pg_wal/.walarchive/archived/x"));
        assertArrayEquals(new String[] {}, outside.toFile().list());
    }

    @Test
    void anOpenEndIsOneBetweenMembers() throws Exception {
        byte[] tar = new TarBuilder().file("a", "x".repeat(600)).bytes();
        TarDialect open = new TarDialect(TarDialect.Maker.WAL_G, Set.of(), TarDialect.End.OPEN);
        int member = 512 + 1024;
        for (int length : new int[] {0, member, member + 1024}) {
            TarWalk.walk("c", new ByteArrayInputStream(Arrays.copyOf(tar, length)), open, (name, size, content) -> {});
        }
        for (int length : new int[] {1, 511, 512, 513, member - 1, member + 1, member + 512}) {
            assertThrows(
                    CorruptArchiveException.class,
                    () -> TarWalk.walk(
                            "c",
                            new ByteArrayInputStream(Arrays.copyOf(tar, length)),
                            open,
                            (name, size, content) -> {}),
                    length + " bytes");
        }
    }
}
