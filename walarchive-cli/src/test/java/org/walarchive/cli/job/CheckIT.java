package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** The check of real servers, as they should be and as they are found. */
@DisplayName("check")
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class CheckIT {

    private final CliProcess cli = new CliProcess();

    /** As whoever sets a file store up does; the check itself makes none. */
    @BeforeEach
    void makeStore() throws IOException {
        OrdinaryUser.give(Files.createDirectory(cli.path("archive")));
    }

    @AfterEach
    void close() {
        cli.close();
    }

    private static Map<String, String> statuses(CliProcess.Outcome outcome) {
        Map<String, String> statuses = new TreeMap<>();
        outcome.output()
                .lines()
                .skip(1)
                .filter(line -> !line.startsWith(" "))
                .map(line -> line.split("\\s+", 3))
                .forEach(words -> statuses.put(words[1], words[0]));
        // how much space there is, is the machine's
        statuses.remove("disk");
        return statuses;
    }

    private CliProcess.Outcome check(PostgresServer server, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "check";
        System.arraycopy(more, 0, arguments, 1, more.length);
        arguments[more.length + 1] = server.dataDirectory().toString();
        return cli.run(server, arguments);
    }

    @ParameterizedTest
    @EnumSource(names = {"V9_6", "V17"})
    @DisplayName("finds nothing wrong with what is set up as the documents say")
    void allIsWell(PostgresVersion version) {
        try (PostgresServer server = PostgresServer.builder(version)
                .dataChecksums()
                .setting("archive_timeout", "60")
                .setting("fsync", "on")
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            cli.run(server, "backup-push", server.dataDirectory().toString()).requireSuccess();
            CliProcess.Outcome outcome = check(server);
            Map<String, String> statuses = statuses(outcome);
            assertFalse(statuses.containsValue("FAIL"), outcome.output());
            assertFalse(statuses.containsValue("WARN"), outcome.output());
            assertEquals("OK", statuses.get("round-trip"), outcome.output());
            assertEquals("OK", statuses.get("absence"), outcome.output());
            assertTrue(outcome.output().contains("byte for byte"), outcome.output());
            assertTrue(outcome.status() <= 1, outcome.log());
            assertEquals(0, cli.archived("walarchive/check").size(), "the probe is left");
        }
    }

    @Test
    @DisplayName("waits for the first segment of an archive to which nothing was pushed before")
    void theFirstPush() {
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .archiveCommand("sleep 3; " + cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            CliProcess.Outcome outcome = check(server);
            Map<String, String> statuses = statuses(outcome);
            assertEquals("OK", statuses.get("round-trip"), outcome.output());
            assertEquals("OK", statuses.get("absence"), outcome.output());
            assertEquals("FAIL", statuses.get("backup-age"), outcome.output());
        }
    }

    @Test
    @DisplayName("finds what is missing: a command that does nothing, no base backup, no time limit, no checksums")
    void nothingIsSetUp() {
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .setting("fsync", "off")
                .archiveCommand("/bin/true")
                .create()) {
            server.start();
            CliProcess.Outcome outcome = check(server, "--timeout", "1");
            Map<String, String> statuses = statuses(outcome);
            assertEquals(2, outcome.status(), outcome.output() + outcome.log());
            assertTrue(outcome.output().startsWith("FAIL: archiving to "), outcome.output());
            for (String name : new String[] {"archive-command", "durability", "backup-age", "round-trip"}) {
                assertEquals("FAIL", statuses.get(name), name + "\n" + outcome.output());
            }
            for (String name : new String[] {"archive-timeout", "data-checksums"}) {
                assertEquals("WARN", statuses.get(name), name + "\n" + outcome.output());
            }
        }
    }

    @Test
    @DisplayName("finds a key, and a prefix for a copy, that were forgotten; the backup itself warns of the key")
    void forgotten() throws IOException {
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            Map<String, String> encrypting = new HashMap<>(encryption());
            encrypting.put("PGHOST", server.socketDirectory().toString());
            encrypting.put("PGUSER", PostgresServer.SUPERUSER);
            String data = server.dataDirectory().toString();
            CliProcess.Outcome encrypted =
                    cli.run(encrypting, "backup-push", data).requireSuccess();
            assertFalse(encrypted.log().contains("WARNING"), encrypted.log());
            CliProcess.Outcome plain = cli.run(server, "backup-push", data).requireSuccess();
            assertTrue(
                    plain.log().contains("MSG: this base backup is not encrypted, as others in the archive are"),
                    plain.log());
            assertTrue(plain.log().contains("HINT: Set WALE_GPG_KEY_ID"), plain.log());
            Path history = server.walDirectory().resolve("00000002.history");
            Files.writeString(history, "1\t0/500000\tno recovery target specified\n");
            OrdinaryUser.give(history);
            cli.run("wal-push", history.toString()).requireSuccess();
            CliProcess.Outcome outcome = check(server, "--no-switch");
            assertEquals("WARN", statuses(outcome).get("encryption"), outcome.output());
            assertEquals("WARN", statuses(outcome).get("timeline"), outcome.output());
            assertTrue(
                    outcome.output().contains("the server is on timeline 1, and the archive has timeline 2 since 2"),
                    outcome.output());
            CliProcess.Outcome with = cli.run(encrypting, "check", "--no-switch");
            assertEquals("OK", statuses(with).get("encryption"), with.output());
        }
    }

    private Map<String, String> encryption() throws IOException {
        Path key = Files.copy(Path.of("src/test/resources/wal-e/gpg/key/public.asc"), cli.path("public.asc"));
        OrdinaryUser.give(key);
        return Map.of("WALE_GPG_KEY_ID", "wale-fixture@example.invalid", "WALARCHIVE_PGP_PUBLIC_KEYS", key.toString());
    }

    @Test
    @DisplayName("finds that what is archived is encrypted to another key than the one that is kept")
    void encryptedToAKeyThatNobodyHas() throws IOException {
        StringBuilder encrypting = new StringBuilder("env");
        encryption().forEach((name, value) -> encrypting.append(' ').append(name + "=" + value));
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .archiveCommand(encrypting + " " + cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            server.awaitArchived(server.switchWal());
            Path other = Path.of("../walarchive-core/src/test/resources/openpgp/rsa.private.asc");
            Path kept = Files.copy(other, cli.path("private.asc"));
            OrdinaryUser.give(kept);
            CliProcess.Outcome with = cli.run(
                    Map.of(
                            "PGHOST", server.socketDirectory().toString(),
                            "PGUSER", PostgresServer.SUPERUSER,
                            "GNUPGHOME", cli.path("absent").toString(),
                            "WALARCHIVE_PGP_PRIVATE_KEYS", kept.toString()),
                    "check");
            assertEquals("FAIL", statuses(with).get("round-trip"), with.output());
            assertTrue(with.output().contains("It is encrypted to key 897FD085966CF175; "), with.output());
            assertTrue(with.output().contains(" does WALE_GPG_KEY_ID of archive_command name one of them?"));
            assertEquals(2, with.status(), with.output());
        }
    }

    @Test
    @DisplayName("makes its files in TMPDIR, and a backup of a directory that this user may not read names both")
    void placesOfAnotherUser() throws IOException {
        Path nowhere = cli.path("nowhere");
        CliProcess.Outcome outcome = cli.run(Map.of("TMPDIR", nowhere.toString(), "PGHOST", "/nonexistent"), "check");
        assertEquals("FAIL", statuses(outcome).get("absence"), outcome.output());
        assertTrue(outcome.output().contains(nowhere.toString()), outcome.output());
        Path locked = Files.createDirectory(cli.path("locked"));
        OrdinaryUser.give(locked);
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        CliProcess.Outcome push = cli.run("backup-push", locked.toString());
        assertTrue(push.log().contains("MSG: data directory " + locked + " cannot be read"), push.log());
        assertTrue(push.log().contains("DETAIL: User " + OrdinaryUser.name() + " may not look into it."), push.log());
        assertTrue(push.log().contains("runuser -u " + OrdinaryUser.name() + " -- COMMAND"), push.log());
    }

    @Test
    @DisplayName("finds that the archive is another cluster's, and changes nothing in it")
    void anotherClustersArchive() {
        String command = cli.shellCommand("wal-push %p");
        try (PostgresServer first = PostgresServer.builder(PostgresVersion.V17)
                        .archiveCommand(command)
                        .create();
                PostgresServer second = PostgresServer.builder(PostgresVersion.V17)
                        .archiveCommand(command)
                        .create()) {
            first.start();
            first.awaitArchived(first.switchWal());
            second.start();
            CliProcess.Outcome outcome = check(second, "--no-switch", "--json");
            assertEquals(2, outcome.status(), outcome.output() + outcome.log());
            assertTrue(
                    outcome.output().matches("(?s).*\"name\": \"cluster\",\\s+\"status\": \"fail\".*"),
                    outcome.output());
            assertTrue(outcome.output().contains("\"not asked for\""), outcome.output());
        }
    }

    @Test
    @DisplayName("finds that the archive is not there any more, and makes none in its place")
    void anArchiveThatIsGone() throws IOException {
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            server.awaitArchived(server.switchWal());
            Path archive = cli.path("archive");
            Files.move(archive, cli.path("moved"));
            CliProcess.Outcome gone = check(server, "--no-switch");
            assertEquals("FAIL", statuses(gone).get("store"), gone.output());
            assertTrue(gone.output().contains("does not exist"), gone.output());
            assertFalse(Files.exists(archive), "it was made");

            OrdinaryUser.give(Files.createDirectory(archive));
            CliProcess.Outcome empty = check(server, "--no-switch");
            assertEquals("FAIL", statuses(empty).get("cluster"), empty.output());
            assertTrue(empty.output().contains("is not the one that cluster"), empty.output());
        }
    }

    @Test
    @DisplayName("finds that the server's command does not encrypt, or not to the key that is set here")
    void anotherKeyOfTheServers() throws IOException {
        Map<String, String> here = new HashMap<>(encryption());
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .archiveCommand(cli.shellCommand("wal-push %p"))
                .create()) {
            server.start();
            here.put("PGHOST", server.socketDirectory().toString());
            here.put("PGUSER", PostgresServer.SUPERUSER);
            CliProcess.Outcome outcome = cli.run(here, "check");
            assertEquals("FAIL", statuses(outcome).get("archived-encryption"), outcome.output());
            assertTrue(outcome.output().contains("was archived without encryption"), outcome.output());
        }
    }

    @Test
    @DisplayName("says what can be said when the server, or the store, is not there")
    void withoutServerOrStore() {
        CliProcess.Outcome noServer =
                cli.run(Map.of("PGHOST", cli.path("nowhere").toString(), "WALARCHIVE_RETRY_DEADLINE", "1"), "check");
        assertEquals(2, noServer.status(), noServer.log());
        assertEquals("FAIL", statuses(noServer).get("server"), noServer.output());
        assertEquals("OK", statuses(noServer).get("store-write"), noServer.output());
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .archiveCommand("/bin/false")
                .create()) {
            server.start();
            CliProcess.Outcome noStore = cli.run(
                    Map.of(
                            "PGHOST", server.socketDirectory().toString(),
                            "PGUSER", PostgresServer.SUPERUSER,
                            "WALE_FILE_PREFIX", "",
                            "WALARCHIVE_PREFIX", "s3://bucket/prefix",
                            "WALE_S3_ENDPOINT", "http+path://127.0.0.1:9",
                            "AWS_ACCESS_KEY_ID", "a",
                            "AWS_SECRET_ACCESS_KEY", "b",
                            "WALARCHIVE_RETRY_DEADLINE", "1"),
                    "check");
            assertEquals(2, noStore.status(), noStore.log());
            assertEquals("FAIL", statuses(noStore).get("store"), noStore.output());
            assertEquals("OK", statuses(noStore).get("server"), noStore.output());
            assertEquals("--", statuses(noStore).get("round-trip"), noStore.output());
        }
    }

    @Test
    @DisplayName("exits with 3, which Nagios takes for unknown, when it cannot be run")
    void misuse() {
        assertEquals(3, cli.run("check", "--max-backup-age", "soon").status());
        assertEquals(3, cli.run("check", "a", "b").status());
    }
}
