package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** An encrypted archive, pushed by a host without a private key, is read by gpg and lzop alone, by WAL-E and by us. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class EncryptedInteropIT {

    private static final PostgresVersion VERSION = PostgresVersion.V14;
    private static final int ROWS = 5000;
    private static final Path KEYS = Path.of("src/test/resources/wal-e/gpg/key").toAbsolutePath();
    private static final String KEY_ID = "D9E860722127DF061A49BA321C4EE2DE4253A745";

    @TempDir
    private static Path ground;

    private static Path archive;
    private static Path programs;

    @TempDir
    private Path directory;

    @BeforeAll
    static void makeTheArchive() {
        Ground.open(ground);
        archive = ground.resolve("archive");
        Ground.copy(KEYS.resolve("public.asc"), ground.resolve("public.asc"));
        Program walarchive = Program.walarchive()
                .on(archive)
                .with("HOME", ground.toString())
                .with("WALARCHIVE_GPG_PROGRAM", "none")
                .with("WALARCHIVE_PGP_PUBLIC_KEYS", ground.resolve("public.asc").toString())
                .with("WALE_GPG_KEY_ID", KEY_ID);
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .archiveCommand(walarchive.shell("wal-push \"%p\""))
                .create()) {
            server.start();
            programs = server.programs();
            server.execute("CREATE TABLE t AS SELECT i AS id, md5(i::text) AS v FROM generate_series(1, 3000) i");
            walarchive
                    .with("PGHOST", server.socketDirectory().toString())
                    .with("PGPORT", Integer.toString(PostgresServer.PORT))
                    .with("PGUSER", PostgresServer.SUPERUSER)
                    .run(
                            "backup-push",
                            "--checkpoint",
                            "fast",
                            server.dataDirectory().toString())
                    .requireExit(0);
            server.execute("INSERT INTO t SELECT i, md5(i::text) FROM generate_series(3001, " + ROWS + ") i");
            String last = server.switchWal();
            server.awaitArchived(last);
            // A push is repeated after a crash: without a private key, the seal tells that the object holds the file.
            walarchive
                    .run(
                            "wal-push",
                            server.dataDirectory()
                                    .resolve("pg_wal")
                                    .resolve(last)
                                    .toString())
                    .requireExit(0);
        }
    }

    @BeforeEach
    void open() {
        Ground.open(directory);
    }

    private static void requireRows(Path data, String restoreCommand) {
        try (PostgresServer server = Recovery.of(VERSION, data, restoreCommand).start()) {
            assertEquals(ROWS, server.queryLong("SELECT count(*) FROM t"));
            assertEquals(0, server.queryLong("SELECT count(*) FROM t WHERE v IS DISTINCT FROM md5(id::text)"));
        }
    }

    private static List<Path> objects() throws IOException {
        try (Stream<Path> paths = Files.walk(archive)) {
            return paths.filter(path -> path.toString().endsWith(".lzo"))
                    .sorted()
                    .toList();
        }
    }

    private Path privateKey() {
        return Ground.copy(KEYS.resolve("private.asc"), directory.resolve("private.asc"));
    }

    @Test
    void gpgFindsEveryObjectIntact() throws IOException {
        assertTrue(objects().size() >= 6, objects().toString());
        try (GpgHome home = GpgHome.of(KEYS.resolve("private.asc"))) {
            Program gpg = home.with(Tools.require("gpg"));
            Path plain = directory.resolve("plain");
            for (Path object : objects()) {
                Run run = gpg.run(
                        "--batch",
                        "--quiet",
                        "--yes",
                        "--status-fd",
                        "2",
                        "--output",
                        plain.toString(),
                        "--decrypt",
                        object.toString());
                run.requireExit(0);
                assertTrue(run.log().contains("[GNUPG:] GOODMDC"), run::toString);
                Tools.require("lzop").run("-q", "-t", plain.toString()).requireExit(0);
            }
        }
    }

    @Test
    void weRestore() {
        Program walarchive = Program.walarchive()
                .on(archive)
                .with("WALARCHIVE_GPG_PROGRAM", "none")
                .with("WALARCHIVE_PGP_PRIVATE_KEYS", privateKey().toString());
        Path data = directory.resolve("data");
        walarchive.run("backup-fetch", data.toString(), "LATEST").requireExit(0);
        requireRows(data, walarchive.shell("wal-fetch \"%f\" \"%p\""));
    }

    @Test
    void weVerifyWithTheKeyAndSayWhatCannotBeReadWithoutIt() {
        Program walarchive = Program.walarchive().on(archive).with("WALARCHIVE_GPG_PROGRAM", "none");
        Run verified = walarchive
                .with("WALARCHIVE_PGP_PRIVATE_KEYS", privateKey().toString())
                .run("verify", "--deep");
        verified.requireExit(0);
        Run blind = walarchive.run("verify", "--deep");
        blind.requireExit(20);
        assertTrue(blind.output().contains("it is encrypted and not readable here: "), blind::toString);
        assertFalse(blind.output().contains("damaged"), blind::toString);
        assertTrue(blind.output().contains("HINT: It may be whole. Set WALARCHIVE_PGP_PRIVATE_KEYS"), blind::toString);
        assertFalse(blind.output().contains("Move the object away"), blind::toString);
    }

    @Test
    void weDrill() {
        Run drill = Program.walarchive()
                .on(archive)
                .with("WALARCHIVE_GPG_PROGRAM", "none")
                .with("WALARCHIVE_PGP_PRIVATE_KEYS", privateKey().toString())
                .run(
                        "drill",
                        "--bin-dir",
                        programs.toString(),
                        "--directory",
                        directory.toString(),
                        "--user",
                        PostgresServer.SUPERUSER,
                        "--query",
                        "SELECT count(*) = " + ROWS + " FROM t");
        drill.requireExit(0);
    }

    @Test
    void walERestores() {
        Program walE = Tools.requireWalE(archive);
        try (GpgHome home = GpgHome.of(KEYS.resolve("private.asc"))) {
            Program withKey = home.with(walE).with("WALE_GPG_KEY_ID", KEY_ID);
            Path data = directory.resolve("data");
            withKey.run("backup-fetch", data.toString(), "LATEST").requireExit(0);
            requireRows(data, withKey.shell("wal-fetch --prefetch 0 \"%f\" \"%p\""));
        }
    }

    /** The scripts of docs/encryption.md, as they stand there. */
    private Path script(String name) throws IOException {
        String page = Files.readString(Path.of("../docs/encryption.md"));
        Matcher block =
                Pattern.compile("```sh " + name + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertTrue(block.find(), "there is no script " + name);
        Path script = Files.writeString(directory.resolve(name + ".sh"), block.group(1));
        OrdinaryUser.give(script);
        return script;
    }

    /** Keys differ by version of gpg, and of the command the page gives. */
    @Test
    void keyThatThePageMakesCanBeEncryptedTo() throws IOException {
        String page = Files.readString(Path.of("../docs/encryption.md"));
        Matcher command = Pattern.compile("^gpg --quick-generate-key '([^']*)' (.*)$", Pattern.MULTILINE)
                .matcher(page);
        assertTrue(command.find(), "the page makes a key");
        try (GpgHome home = GpgHome.of()) {
            Program gpg = home.with(Tools.require("gpg"));
            List<String> make = new ArrayList<>(
                    List.of("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-generate-key"));
            make.add(command.group(1));
            make.addAll(List.of(command.group(2).split(" ")));
            gpg.run(make.toArray(new String[0])).requireExit(0);
            Path file = directory.resolve("00000002.history");
            Files.writeString(file, "1\t0/3000000\tno recovery target specified\n");
            OrdinaryUser.give(file);
            Path fresh = Ground.open(Files.createDirectory(directory.resolve("new")));
            Program walarchive = home.with(Program.walarchive().on(fresh));
            walarchive
                    .with("WALE_GPG_KEY_ID", "archive@example.com")
                    .run("wal-push", file.toString())
                    .requireExit(0);
            Path fetched = directory.resolve("fetched");
            walarchive
                    .run("wal-fetch", file.getFileName().toString(), fetched.toString())
                    .requireExit(0);
            assertEquals(-1, Files.mismatch(file, fetched));
        }
    }

    private Program bareRestore(GpgHome home, Path from) throws IOException {
        Tools.require("lzop");
        String backup;
        try (Stream<Path> names = Files.list(from.resolve("basebackups_005"))) {
            backup = names.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow()
                    .getFileName()
                    .toString();
        }
        return home.with(Tools.require("sh"))
                .with("ARCHIVE", from.toString())
                .with("BACKUP", backup)
                .with("KEY", privateKey().toString())
                .with("TARGET", directory.resolve("data").toString());
    }

    @Test
    void gpgAndLzopAloneRestore() throws IOException {
        Path restore = script("restore");
        Path fetch = script("fetch-wal");
        try (GpgHome home = GpgHome.of()) {
            Program sh = bareRestore(home, archive);
            sh.run(restore.toString()).requireExit(0);
            requireRows(
                    directory.resolve("data"),
                    home.with(Tools.require("sh")).shell("'" + fetch + "' '" + archive + "' \"%f\" \"%p\""));
        }
    }

    @Test
    void gpgAndLzopAloneStopWhereAPartitionIsMissing() throws IOException {
        Path copy = Ground.copy(archive, directory.resolve("copy"));
        try (Stream<Path> paths = Files.walk(copy)) {
            Files.delete(paths.filter(path -> path.endsWith("part_00000000.tar.lzo"))
                    .findFirst()
                    .orElseThrow());
        }
        try (GpgHome home = GpgHome.of()) {
            assertNotEquals(
                    0, bareRestore(home, copy).run(script("restore").toString()).exit());
            assertTrue(Files.notExists(directory.resolve("data")));
        }
    }

    @Test
    void gpgAndLzopAloneStopAtADamagedObject() throws IOException {
        Path copy = Ground.copy(archive, directory.resolve("copy"));
        try (Stream<Path> paths = Files.walk(copy)) {
            for (Path object :
                    paths.filter(path -> path.toString().endsWith(".lzo")).toList()) {
                byte[] bytes = Files.readAllBytes(object);
                bytes[bytes.length / 2] ^= 1;
                Files.write(object, bytes);
            }
        }
        try (GpgHome home = GpgHome.of()) {
            assertNotEquals(
                    0, bareRestore(home, copy).run(script("restore").toString()).exit());
            String name = objects().stream()
                    .map(path -> path.getFileName().toString())
                    .filter(file -> file.matches("[0-9A-F]{24}\\.lzo"))
                    .findFirst()
                    .orElseThrow()
                    .replace(".lzo", "");
            Path target = directory.resolve("segment");
            Program sh = home.with(Tools.require("sh"));
            String fetch = script("fetch-wal").toString();
            sh.run(fetch, copy.toString(), name, target.toString()).requireExit(255);
            sh.run(fetch, directory.toString(), name, target.toString()).requireExit(255);
            sh.run(fetch, copy.toString(), "0000000100000000000000EE", target.toString())
                    .requireExit(1);
            assertTrue(Files.notExists(target));
        }
    }
}
