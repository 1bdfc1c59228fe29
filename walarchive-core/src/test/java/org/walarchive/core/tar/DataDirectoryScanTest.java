package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.BackupPushRequest.ConfigurationFiles;
import org.walarchive.LocalFileException;

class DataDirectoryScanTest {

    @TempDir
    private Path temporary;

    private final Map<String, String> treated = new HashMap<>();

    private Path data() {
        try {
            return Files.createDirectories(temporary.resolve("data"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Member> scan() throws LocalFileException {
        return Trees.scan(data(), ConfigurationFiles.INCLUDE, treated::put);
    }

    private List<String> names() throws LocalFileException {
        return Trees.names(scan());
    }

    private Member member(String name) throws LocalFileException {
        return scan().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void dataDirectoryIsFirstAndDirectoriesComeBeforeWhatIsInThem() throws Exception {
        Trees.file(data(), "base/5/1259");
        Trees.file(data(), "PG_VERSION");
        Trees.file(data(), "global/1262");

        assertEquals(List.of("", "PG_VERSION", "base", "base/5", "base/5/1259", "global", "global/1262"), names());
        assertTrue(scan().get(0) instanceof Member.Directory);
    }

    @Test
    void attributesAreThoseOfTheFile() throws Exception {
        Path file = Trees.file(data(), "base/5/1259", "12345");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        FileTime time = FileTime.from(Instant.parse("2020-02-03T04:05:06.789Z"));
        Files.setLastModifiedTime(file, time);

        Member member = member("base/5/1259");

        assertEquals(5, member.sizeBytes());
        assertEquals(0640, member.attributes().mode());
        assertEquals(time, member.attributes().modified());
        assertEquals(Files.getAttribute(file, "unix:uid"), member.attributes().uid());
        assertEquals(Files.getOwner(file).getName(), member.attributes().user());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pg_log",
                "pg_replslot",
                "pg_dynshmem",
                "pg_notify",
                "pg_serial",
                "pg_snapshots",
                "pg_subtrans",
                "pg_stat_tmp",
                "base/pg_stat_tmp",
                "base/pgsql_tmp",
                "base/pgsql_tmp.old",
                "base/5/pgsql_tmp12",
                ".wal-e",
                ".wal-g"
            })
    void directoryIsKeptWithoutItsContent(String directory) throws Exception {
        Trees.file(data(), directory + "/below/file");
        Trees.file(data(), directory + "/file");

        List<String> names = names();

        assertTrue(names.contains(directory));
        assertTrue(names.stream().noneMatch(name -> name.startsWith(directory + "/")), names.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base/pg_notify", "base/pg_wal", "pg_stat", "log"})
    void directoryOfThatNameElsewhereIsKeptWithItsContent(String directory) throws Exception {
        Trees.file(data(), directory + "/file");

        assertTrue(names().contains(directory + "/file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_wal", "pg_xlog"})
    void walDirectoryHasAnEmptyArchiveStatus(String wal) throws Exception {
        Trees.file(data(), wal + "/archive_status/000000010000000000000001.ready");
        Trees.file(data(), wal + "/000000010000000000000001");

        assertEquals(List.of("", wal, wal + "/archive_status"), names());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_wal", "pg_xlog", "pg_log", "pg_replslot", "pg_stat_tmp", "base/pgsql_tmp"})
    void linkInPlaceOfAnEmptiedDirectoryIsStoredAsADirectory(String name) throws Exception {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Trees.file(elsewhere, "file");
        Trees.link(data(), name, elsewhere);

        assertTrue(member(name) instanceof Member.Directory);
        assertTrue(names().stream().noneMatch(n -> n.endsWith("file")));
        assertTrue(treated.get(name).contains("empty directory"), treated.toString());
    }

    @Test
    void danglingLinkInPlaceOfPgWalIsStoredAsADirectoryOfItsOwner() throws Exception {
        Trees.link(data(), "pg_wal", temporary.resolve("nowhere"));

        assertTrue(member("pg_wal") instanceof Member.Directory);
        assertEquals(0700, member("pg_wal").attributes().mode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postmaster.pid",
                "postmaster.opts",
                "backup_label",
                "backup_label.old",
                "tablespace_map",
                "tablespace_map.old",
                "backup_manifest",
                "backup_manifest.tmp",
                "recovery.conf",
                "recovery.done",
                "recovery.signal",
                "standby.signal",
                "promote",
                "fallback_promote",
                "postgresql.auto.conf.tmp",
                "current_logfiles.tmp",
                "pg_internal.init",
                "global/pg_internal.init",
                "base/5/pg_internal.init",
                "base/5/pg_internal.init.1234",
                ".DS_Store",
                "base/.DS_Store",
                "base/pgsql_tmp.12",
                "global/pg_control"
            })
    void fileIsLeftOut(String name) throws Exception {
        Trees.file(data(), name);

        assertFalse(names().contains(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "base/postmaster.pid",
                "postmaster.pid.bak",
                "base/5/backup_label",
                "postgresql.conf.bak",
                "base/postgresql.conf",
                "current_logfiles",
                "server.crt",
                "base/pg_control",
                "pg_control",
                "pg_internal.init.old",
                "base/5/1259",
                "global/1262_init",
                "log/lost+found/file"
            })
    void fileIsStored(String name) throws Exception {
        Trees.file(data(), name);

        assertTrue(names().contains(name));
        assertTrue(Trees.names(Trees.scan(data(), ConfigurationFiles.LEAVE_OUT, treated::put))
                .contains(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql.conf", "pg_hba.conf", "pg_ident.conf"})
    void configurationFileIsStoredOnRequest(String name) throws Exception {
        Trees.file(data(), name);

        assertTrue(names().contains(name));
        assertFalse(Trees.names(Trees.scan(data(), ConfigurationFiles.LEAVE_OUT, treated::put))
                .contains(name));
    }

    @Test
    void linkedConfigurationFileIsStoredAsAFile() throws Exception {
        Path real = Trees.file(temporary, "etc/postgresql.conf", "port = 5433");
        Trees.link(data(), "postgresql.conf", real);

        Member.DiskFile member = (Member.DiskFile) member("postgresql.conf");

        assertEquals(11, member.sizeBytes());
        assertEquals(real.toRealPath(), member.source());
        assertTrue(treated.get("postgresql.conf").contains("stored as a file"));
    }

    @Test
    void lostAndFoundIsDroppedAtTheTop() throws Exception {
        Trees.file(data(), "lost+found/file");

        assertEquals(List.of(""), names());
    }

    @Test
    void autoConfIsStoredWithoutRecoverySettings() throws Exception {
        Trees.file(data(), "postgresql.auto.conf", "work_mem = '1MB'\nrestore_command = 'x'\n");

        Member.MemoryFile member = (Member.MemoryFile) member("postgresql.auto.conf");

        String text = new String(member.content(), StandardCharsets.UTF_8);
        assertTrue(text.startsWith("work_mem = '1MB'\n#"), text);
        assertEquals(member.content().length, member.sizeBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base/5/", "pg_tblspc/16400/PG_17_202406281/5/"})
    void unloggedRelationHasItsInitForkAlone(String directory) throws Exception {
        for (String name : List.of(
                "100",
                "100.1",
                "100_fsm",
                "100_fsm.1",
                "100_vm",
                "100_init",
                "200",
                "200_fsm",
                "1000",
                "10",
                "t3_100",
                "t3_100_fsm",
                "t3_100.1",
                "t3_100x",
                "PG_VERSION")) {
            Trees.file(data(), directory + name);
        }

        List<String> stored = names().stream()
                .filter(name -> name.startsWith(directory))
                .map(name -> name.substring(directory.length()))
                .toList();

        assertEquals(List.of("10", "1000", "100_init", "200", "200_fsm", "PG_VERSION", "t3_100x"), stored);
    }

    @Test
    void initForkMeansNothingOutsideADatabase() throws Exception {
        Trees.file(data(), "global/100");
        Trees.file(data(), "global/100_init");

        assertTrue(names().contains("global/100"));
    }

    @Test
    void tablespaceIsWalkedThroughItsLink() throws Exception {
        Path location = temporary.resolve("ts1");
        Trees.file(location, "PG_14_202107181/5/100");
        Trees.file(location, "PG_14_202107181/pgsql_tmp/temporary");
        Trees.file(location, "lost+found/file");
        Trees.link(data(), "pg_tblspc/16384", location);

        DataDirectoryScan scan = DataDirectoryScan.of(data(), ConfigurationFiles.INCLUDE, treated::put);
        List<String> names = Trees.names(Trees.all(scan));

        assertEquals(
                List.of(
                        "",
                        "pg_tblspc",
                        "pg_tblspc/16384/PG_14_202107181",
                        "pg_tblspc/16384/PG_14_202107181/5",
                        "pg_tblspc/16384/PG_14_202107181/5/100",
                        "pg_tblspc/16384/PG_14_202107181/pgsql_tmp"),
                names);
        assertEquals(List.of(new Tablespace("16384", location.toString())), scan.tablespaces());
        assertEquals(Map.of(), treated);
    }

    @Test
    void inPlaceTablespaceIsADirectory() throws Exception {
        Trees.file(data(), "pg_tblspc/16384/PG_15_202209061/5/100");

        DataDirectoryScan scan = DataDirectoryScan.of(data(), ConfigurationFiles.INCLUDE, treated::put);

        assertTrue(Trees.names(Trees.all(scan)).contains("pg_tblspc/16384"));
        assertEquals(List.of(), scan.tablespaces());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_tblspc/16384", "base/link"})
    void danglingLinkIsStoredAsALink(String name) throws Exception {
        Trees.link(data(), name, Path.of("/nowhere/at/all"));

        assertEquals("/nowhere/at/all", ((Member.SymbolicLink) member(name)).target());
        assertTrue(treated.get(name).contains("does not exist"));
    }

    @Test
    void linkToADirectoryElsewhereIsStoredWithItsContent() throws Exception {
        Trees.file(temporary, "elsewhere/below/file");
        Trees.link(data(), "certs", temporary.resolve("elsewhere"));

        assertEquals(List.of("", "certs", "certs/below", "certs/below/file"), names());
        assertTrue(treated.get("certs").contains("stored as a directory"));
    }

    @Test
    void linkIntoTheDataDirectoryIsStoredAsALinkThatStaysInTheTree() throws Exception {
        Trees.file(data(), "log/file");
        Trees.link(data(), "a/relative", Path.of("../log"));
        Trees.link(data(), "a/absolute", data().resolve("log"));

        assertEquals("../log", ((Member.SymbolicLink) member("a/relative")).target());
        assertEquals("../log", ((Member.SymbolicLink) member("a/absolute")).target());
        assertFalse(names().contains("a/absolute/file"));
        assertTrue(treated.get("a/absolute").contains("leads into the data directory"));
    }

    @Test
    void linkThatLeadsInACircleIsAnError() throws Exception {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Trees.link(elsewhere, "again", elsewhere);
        Trees.link(data(), "certs", elsewhere);

        LocalFileException e = assertThrows(LocalFileException.class, this::scan);

        assertTrue(e.getMessage().contains("certs/again"), e.getMessage());
        assertTrue(e.getMessage().contains("certs'"), e.getMessage());
    }

    @Test
    void linkToADirectoryAboveTheDataDirectoryIsAnError() throws Exception {
        Trees.link(data(), "up", temporary);

        LocalFileException e = assertThrows(LocalFileException.class, this::scan);

        assertTrue(e.getMessage().contains("up/data"), e.getMessage());
    }

    @Test
    void hardLinksAreEachStored() throws Exception {
        Path file = Trees.file(data(), "base/5/100", "content");
        Files.createLink(file.resolveSibling("hard"), file);

        assertEquals(7, member("base/5/100").sizeBytes());
        assertEquals(7, member("base/5/hard").sizeBytes());
    }

    @Test
    void socketIsLeftOutWithNotice() throws Exception {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(data().resolve(".s.PGSQL.5432")));

            assertEquals(List.of(""), names());
            assertEquals("left out: a socket", treated.get(".s.PGSQL.5432"));
        }
    }

    @Test
    void linkToADeviceIsStoredAsALink() throws Exception {
        Trees.link(data(), "null", Path.of("/dev/null"));

        assertEquals("/dev/null", ((Member.SymbolicLink) member("null")).target());
        assertTrue(treated.get("null").contains("a device"));
    }

    @Test
    void fileAndDirectoryThatVanishAreNotGiven() throws Exception {
        Path file = Trees.file(data(), "base/5/100");
        Trees.file(data(), "base/1/100");
        DataDirectoryScan scan = DataDirectoryScan.of(data(), ConfigurationFiles.INCLUDE, treated::put);
        List<String> names = new ArrayList<>();
        for (Member next = scan.next().orElseThrow();
                !next.name().equals("base/5");
                next = scan.next().orElseThrow()) {
            names.add(next.name());
        }

        Files.delete(file);
        Files.delete(file.getParent());

        assertEquals(List.of("", "base", "base/1", "base/1/100"), names);
        assertTrue(scan.next().isEmpty());
    }

    @Test
    void fileThatVanishesAfterItsDirectoryWasListedIsNotGiven() throws Exception {
        Trees.file(data(), "a");
        Path file = Trees.file(data(), "b");
        Trees.file(data(), "c");
        DataDirectoryScan scan = DataDirectoryScan.of(data(), ConfigurationFiles.INCLUDE, treated::put);
        scan.next();
        assertEquals("a", scan.next().orElseThrow().name());

        Files.delete(file);

        assertEquals("c", scan.next().orElseThrow().name());
    }

    @Test
    void nonAsciiNameIsGiven() throws Exception {
        Trees.file(data(), "base/été");

        assertTrue(names().contains("base/été"));
    }

    @Test
    void nameThatIsNotUtf8IsAnErrorThatNamesTheDirectory() throws Exception {
        Files.createDirectories(data().resolve("base"));
        Files.writeString(Path.of(URI.create(data().resolve("base").toUri() + "bad%FFname")), "x");

        LocalFileException e = assertThrows(LocalFileException.class, this::scan);

        assertTrue(e.getMessage().contains(data().resolve("base").toString()), e.getMessage());
        assertTrue(e.hint().orElseThrow().contains("UTF-8"));
    }

    @Test
    void linkTextThatIsNotUtf8IsAnError() throws Exception {
        Trees.link(data(), "link", Path.of(URI.create("file:///bad%FFname")));

        assertThrows(LocalFileException.class, this::scan);
    }

    @Test
    void dataDirectoryThatIsAbsentOrAFileIsAnError() throws Exception {
        Path file = Trees.file(temporary, "file");

        for (Path path : List.of(temporary.resolve("absent"), file)) {
            LocalFileException e = assertThrows(LocalFileException.class, () -> Trees.scan(path));
            assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
        }
    }

    @Test
    void dataDirectoryMayBeALink() throws Exception {
        Trees.file(data(), "PG_VERSION");
        Path link = Trees.link(temporary, "link", data());

        assertEquals(List.of("", "PG_VERSION"), Trees.names(Trees.scan(link)));
        assertArrayEquals(Trees.scan(data()).toArray(), Trees.scan(link).toArray());
    }
}
