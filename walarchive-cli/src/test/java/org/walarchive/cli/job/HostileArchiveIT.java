package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/**
 * Somebody else writes to the store; the operator restores, with the launcher's own 256 MiB. Nothing outside of the target may
 * change, and nothing may run out.
 */
@Timeout(280)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class HostileArchiveIT {

    private static final String BACKUP = "base_000000010000000000000002_00000040";
    private static final int LOCAL_FILE = 7;
    private static final int CORRUPT = 5;

    private CliProcess cli;
    private Path elsewhere;

    @BeforeEach
    void makePlaces() throws IOException {
        cli = new CliProcess().asUsersDo();
        elsewhere = Files.createDirectory(cli.path("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "precious");
        Files.createDirectories(object("tar_partitions/x").getParent());
        sentinel("{\"wal_segment_backup_stop\": \"000000010000000000000002\", \"spec\": {}}");
        own();
    }

    @AfterEach
    void delete() {
        cli.close();
    }

    private void own() {
        OrdinaryUser.give(elsewhere);
        OrdinaryUser.give(cli.path("archive"));
    }

    private Path object(String name) {
        return cli.path("archive").resolve("basebackups_005").resolve(BACKUP).resolve(name);
    }

    private void sentinel(String json) throws IOException {
        Files.writeString(
                object("x")
                        .resolveSibling("../" + BACKUP + "_backup_stop_sentinel.json")
                        .normalize(),
                json);
    }

    private interface Members {
        void into(Tar tar) throws IOException;
    }

    private record Attack(String refusal, Members members) {}

    private void partition(Path object, Members members) throws IOException {
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(object), 1)) {
            Tar tar = new Tar(out);
            members.into(tar);
            out.write(new byte[1024]);
        }
        own();
    }

    private void partition(Members members) throws IOException {
        partition(object("tar_partitions/part_00000000.tar.zst"), members);
    }

    private CliProcess.Outcome fetch(String... more) {
        return cli.run(
                Stream.concat(Stream.of("backup-fetch", cli.path("target").toString(), "LATEST"), Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private Map<String, String> everythingButTheTarget() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(cli.path(""))) {
            for (Path path :
                    paths.filter(path -> !path.startsWith(cli.path("target"))).toList()) {
                boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                all.put(
                        path.toString(),
                        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)
                                + (file ? Arrays.hashCode(Files.readAllBytes(path)) + "" : ""));
            }
        }
        return all;
    }

    private void requireRefusal(int status, String text, CliProcess.Outcome outcome) {
        assertEquals(status, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains(text), outcome.log());
        assertFalse(outcome.log().contains("OutOfMemoryError"), outcome.log());
        assertFalse(Files.exists(cli.path("target/global/pg_control")), "a server could be started");
    }

    @Test
    void nothingIsWrittenOutsideOfTheTarget() throws Exception {
        String out = elsewhere.toString();
        List<Attack> attacks = List.of(
                new Attack("component '..'", tar -> tar.file("../elsewhere/new", "x")),
                new Attack("is absolute", tar -> tar.file(out + "/new", "x")),
                new Attack("cannot be made", tar -> tar.link("a", out).file("a/new", "x")),
                new Attack("component '..'", tar -> tar.member("a", '1', "../elsewhere/file", "")),
                new Attack(
                        "is a link", tar -> tar.file("map", "1 " + out + "\n").link("tablespace_map", "map")),
                new Attack(
                        "more than one member",
                        tar -> tar.link("a", out + "/new").file("a", "x")));
        for (Attack attack : attacks) {
            partition(tar -> {
                attack.members().into(tar);
                tar.file("PG_VERSION", "17\n").file("global/pg_control", "x");
            });
            Map<String, String> before = everythingButTheTarget();
            CliProcess.Outcome outcome = fetch("--replace");
            Map<String, String> after = everythingButTheTarget();
            assertEquals(before, after);
            requireRefusal(CORRUPT, attack.refusal(), outcome);
        }
    }

    /** Links in a few hundred kilobytes, with less memory than the launcher gives, so that they need not be half a million. */
    @Test
    void namesBeyondTheMemoryEndTheRestore() throws Exception {
        partition(tar -> {
            for (int i = 0; i < 80_000; i++) {
                tar.link(i + "n".repeat(80), "x".repeat(90));
            }
        });
        assertTrue(Files.size(object("tar_partitions/part_00000000.tar.zst")) < 4 << 20);
        CliProcess.Outcome outcome = cli.run(
                Map.of("WALARCHIVE_JAVA_OPTS", "-Xmx64m"),
                "backup-fetch",
                cli.path("target").toString(),
                "LATEST");
        requireRefusal(LOCAL_FILE, "names of the backup's files take more memory than there is", outcome);
    }

    @Test
    void bombOfASentinelIsNotTakenIn() throws Exception {
        partition(tar -> tar.file("PG_VERSION", "17\n").file("global/pg_control", "x"));
        sentinel("{\"x\": [" + "[],".repeat(5_000_000) + "0]}");
        requireRefusal(CORRUPT, "Token count", fetch());
        sentinel("{\"x\": \"" + " ".repeat(100_000_000) + "\"}");
        requireRefusal(CORRUPT, "is longer than", fetch());
    }

    @Test
    void whereTheSentinelSaysThereIsOnlyATablespace() throws Exception {
        Path ssh = elsewhere.resolve(".ssh");
        sentinel("{\"spec\": {\"tablespaces\": [\"16384\"], \"16384\": {\"loc\": \"" + ssh
                + "/\", \"link\": \"pg_tblspc/16384\"}}}");
        partition(tar -> tar.file("PG_VERSION", "17\n")
                .file("global/pg_control", "x")
                .file("pg_tblspc/16384/authorized_keys", "ssh-ed25519 \u001b[2J")
                .file("pg_tblspc/16384/\u001b[2J", "x")
                .file("pg_tblspc/16384/PG_17_202406281/5/1", "x"));
        CliProcess.Outcome outcome = fetch("--restore-spec", "SOURCE").requireSuccess();
        assertTrue(outcome.log().contains("authorized_keys"), outcome.log());
        assertFalse(outcome.log().contains("\u001b"), "the log has a control character");
        try (Stream<Path> files = Files.list(ssh)) {
            assertEquals(
                    "PG_17_202406281",
                    files.map(file -> file.getFileName().toString()).reduce("", String::concat));
        }
    }

    /** Of the backup of a real server: links by which the drill's server would write elsewhere, and settings that run commands. */
    @Test
    void drillRunsNothingAndWritesNowhereElse() throws Exception {
        try (DrillGround ground = new DrillGround(PostgresVersion.V17);
                PostgresServer server = ground.server()) {
            ground.push(server);
            ground.addRows(server);
            Path archive = ground.cli.path("archive");
            Path partitions = strip(archive.resolve("basebackups_005"));
            Path evil = ground.cli.path("evil");
            Path precious = Files.writeString(ground.cli.path("precious"), "precious");
            OrdinaryUser.give(precious);
            String settings = "archive_cleanup_command = 'touch " + evil + "'\nrecovery_end_command = 'touch " + evil
                    + "'\nssl_passphrase_command = 'touch " + evil + "'\nshared_preload_libraries = '" + evil + "'\n";
            partition(
                    partitions.resolve("part_00000099.tar.zst"),
                    tar -> tar.link("recovery.signal", precious.toString())
                            .link("postgresql.conf.link", precious.toString())
                            .link("current_logfiles", precious.toString())
                            .link("pg_tblspc/99999", ground.cli.path("").toString())
                            .file("recovery.conf", settings)
                            .file("conf.d/evil.conf", settings));
            Files.move(partitions.resolve("part_00000099.tar.zst"), next(partitions));
            OrdinaryUser.give(archive);

            CliProcess.Outcome outcome =
                    ground.drill("--query", "SELECT count(*) FROM t").requireSuccess();
            assertEquals("precious", Files.readString(precious));
            assertFalse(Files.exists(evil));
            assertTrue(outcome.log().contains("leads out of the drill's directory"), outcome.log());
            ground.requireNothingLeft();
        }
    }

    /** Makes a sentinel WAL-E's, which has no digests, and returns the directory of the partitions. */
    private static Path strip(Path backups) throws IOException {
        try (Stream<Path> entries = Files.list(backups)) {
            Path sentinel = entries.filter(path -> path.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
            String json = Files.readString(sentinel);
            Files.writeString(sentinel, json.replaceFirst(", *\"walarchive\".*", "}"));
            String name = sentinel.getFileName().toString();
            return backups.resolve(name.substring(0, name.indexOf("_backup_stop")))
                    .resolve("tar_partitions");
        }
    }

    private static Path next(Path partitions) throws IOException {
        try (Stream<Path> entries = Files.list(partitions)) {
            return partitions.resolve(String.format("part_%08d.tar.zst", entries.count() - 1));
        }
    }

    /** A tar archive, member by member. */
    private static final class Tar {

        private final OutputStream out;

        Tar(OutputStream out) {
            this.out = out;
        }

        Tar file(String name, String content) throws IOException {
            return member(name, '0', "", content);
        }

        Tar link(String name, String to) throws IOException {
            return member(name, '2', to, "");
        }

        Tar member(String name, char type, String linkName, String content) throws IOException {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            byte[] header = new byte[512];
            put(header, 0, name);
            put(header, 100, "0000644");
            put(header, 124, String.format("%011o", bytes.length));
            put(header, 136, "00000000000");
            put(header, 148, "        ");
            header[156] = (byte) type;
            put(header, 157, linkName);
            put(header, 257, "ustar");
            put(header, 263, "00");
            int sum = 0;
            for (byte b : header) {
                sum += b & 0xff;
            }
            put(header, 148, String.format("%06o\0", sum));
            out.write(header);
            out.write(Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512));
            return this;
        }

        private static void put(byte[] header, int at, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(bytes, 0, header, at, bytes.length);
        }
    }
}
