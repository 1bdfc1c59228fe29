package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ArchiveConfig;

final class OwnRestoreCommandTest {

    private static CommandLine line(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("backup-fetch", "/d", "--recover"));
        return CommandLineParser.parse(all.toArray(new String[0]));
    }

    private static String command(String location, String launcher, Map<String, String> environment) throws Exception {
        return OwnRestoreCommand.of(launcher, ArchiveConfig.builder(location).build(), line(), environment);
    }

    @Test
    void itFetchesFromTheSameArchive() throws Exception {
        assertEquals(
                "env AWS_REGION=eu-west-1 /opt/walarchive/bin/walarchive --prefix s3://bucket/dir wal-fetch %f %p",
                command("s3://bucket/dir", "/opt/walarchive/bin/walarchive", Map.of("AWS_REGION", "eu-west-1")));
    }

    @Test
    void itLogsAsThisCommandDoes() throws Exception {
        CommandLine line = line("--log-format", "json");
        assertEquals(
                "env WALARCHIVE_LOG_FORMAT=json WALE_LOG_DESTINATION=stderr,syslog WALE_SYSLOG_FACILITY=local0 /w"
                        + " --prefix s3://b/d wal-fetch %f %p",
                OwnRestoreCommand.of(
                        "/w",
                        ArchiveConfig.builder("s3://b/d").build(),
                        line,
                        Map.of("WALE_LOG_DESTINATION", "stderr,syslog", "WALE_SYSLOG_FACILITY", "local0")));
    }

    @Test
    void itDecryptsAsThisCommandDoes() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "WALARCHIVE_PGP_PRIVATE_KEYS", "/run/one.asc:two.asc",
                "WALARCHIVE_PGP_PASSPHRASE_FILE", "/run/passphrase",
                "WALARCHIVE_GPG_PROGRAM", "gpg2",
                "AWS_CONFIG_FILE", "~/other"));
        assertEquals(
                "env WALARCHIVE_GPG_PROGRAM=gpg2 WALARCHIVE_PGP_PRIVATE_KEYS=/run/one.asc:"
                        + Path.of("two.asc").toAbsolutePath()
                        + " WALARCHIVE_PGP_PASSPHRASE_FILE=/run/passphrase 'AWS_CONFIG_FILE=~/other' /w"
                        + " --prefix s3://b/d wal-fetch %f %p",
                command("s3://b/d", "/w", environment));
        assertEquals(List.of(), OwnRestoreCommand.withheld(line(), environment));
        environment.put("WALARCHIVE_PGP_PASSPHRASE", "correct horse");
        environment.put("GNUPGHOME", "/root/.gnupg");
        assertEquals(
                List.of("GNUPGHOME", "WALARCHIVE_PGP_PASSPHRASE"), OwnRestoreCommand.withheld(line(), environment));
    }

    @Test
    void pathsBecomeAbsoluteAndOnlyAListIsTakenApart() throws Exception {
        String here = Path.of("").toAbsolutePath().toString();
        assertEquals(
                "env WALARCHIVE_GPG_PROGRAM=" + here + "/bin/gpg WALARCHIVE_S3_CA_FILE=" + here
                        + "/prod:eu/ca.pem /w --prefix s3://b/d wal-fetch %f %p",
                command(
                        "s3://b/d",
                        "/w",
                        Map.of("WALARCHIVE_GPG_PROGRAM", "bin/gpg", "WALARCHIVE_S3_CA_FILE", "prod:eu/ca.pem")));
    }

    @Test
    void whatAShellGaveThisProcessAloneIsWithheld() throws Exception {
        Map<String, String> environment = Map.of("WALARCHIVE_PGP_PRIVATE_KEYS", "/run/a.asc:/dev/fd/63");
        assertEquals("env /w --prefix s3://b/d wal-fetch %f %p", command("s3://b/d", "/w", environment));
        assertEquals(List.of("WALARCHIVE_PGP_PRIVATE_KEYS"), OwnRestoreCommand.withheld(line(), environment));
        assertEquals(List.of("AWS_ACCESS_KEY_ID"), OwnRestoreCommand.withheld(line("-k", "AKIA"), Map.of()));
    }

    /** A standby may have it; in a restore it would end recovery at the first failure. */
    @ParameterizedTest
    @CsvSource({"'',false", "1,true", "125,true", "126,false", "255,false", "99,true", "x,false"})
    void aCodeThatEndsRecoveryIsNotPassedOn(String code, boolean told) throws Exception {
        Map<String, String> environment = Map.of("WALARCHIVE_FETCH_FAILURE_EXIT", code);
        assertEquals("env /w --prefix s3://b/d wal-fetch %f %p", command("s3://b/d", "/w", environment));
        assertEquals(told, OwnRestoreCommand.endsRecoveryAtFailures(environment));
    }

    @Test
    void anOptionWinsOverADirectoryOfVariables(@TempDir Path envdir) throws Exception {
        Files.writeString(envdir.resolve("WABS_ACCOUNT_NAME"), "one");
        Map<String, String> environment = Map.of("WALARCHIVE_ENVDIR", envdir.toString(), "WABS_ACCOUNT_NAME", "one");
        ArchiveConfig config = ArchiveConfig.builder("wabs://c/d").build();
        assertEquals(
                "env /w --envdir=" + envdir + " --wabs-account-name=other --prefix wabs://c/d wal-fetch %f %p",
                OwnRestoreCommand.of("/w", config, line("--wabs-account-name", "other"), environment));
    }

    @Test
    void noSecretIsInIt() throws Exception {
        Map<String, String> environment = new HashMap<>();
        for (String name : List.of(
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "WABS_ACCESS_KEY",
                "WABS_SAS_TOKEN",
                "AZURE_CLIENT_SECRET",
                "SWIFT_PASSWORD",
                "WALARCHIVE_S3_SSE_C_KEY",
                "WALARCHIVE_PGP_PASSPHRASE",
                "WALARCHIVE_JAVA_OPTS",
                "PGPASSWORD")) {
            environment.put(name, "hunter2");
        }
        environment.put("WALE_S3_ENDPOINT", "http://me:hunter2@localhost:9000");
        String command = command("s3://bucket/dir", "/w", environment);
        assertFalse(command.contains("hunter2"), command);
        List<String> withheld = OwnRestoreCommand.withheld(line(), environment);
        assertTrue(withheld.containsAll(List.of("AWS_SECRET_ACCESS_KEY", "SWIFT_PASSWORD", "WALE_S3_ENDPOINT")));
        assertFalse(withheld.contains("PGPASSWORD"));
    }

    @Test
    void wordsAreQuotedForTheShellAndForPostgres() throws Exception {
        assertEquals(
                "env 'JAVA_HOME=/j dk' '/it'\\''s 100%%/walarchive' --prefix file://localhost/srv/a wal-fetch %f %p",
                command("file://localhost/srv/a", "/it's 100%/walarchive", Map.of("JAVA_HOME", "/j dk")));
    }

    @Test
    void withoutTheLauncherOneHasToBeGiven() throws Exception {
        CommandLine line = line();
        ArchiveConfig config = ArchiveConfig.builder("s3://b/d").build();
        UsageException e = assertThrows(UsageException.class, () -> OwnRestoreCommand.of(null, config, line, Map.of()));
        assertTrue(String.valueOf(e.hint()).contains("--restore-command"));
    }

    @Test
    void aDirectoryOfVariablesGivesWhatItHas(@TempDir Path envdir) throws Exception {
        Files.writeString(envdir.resolve("AWS_SECRET_ACCESS_KEY"), "hunter2");
        Files.writeString(envdir.resolve("AWS_REGION"), "eu-west-1");
        Map<String, String> environment = Map.of(
                "WALARCHIVE_ENVDIR", envdir.toString(),
                "AWS_SECRET_ACCESS_KEY", "hunter2",
                "AWS_ACCESS_KEY_ID", "id",
                "AWS_REGION", "eu-west-1",
                "AWS_PROFILE", "archive");
        assertEquals(
                "env AWS_PROFILE=archive /w --envdir=" + envdir + " --prefix s3://bucket/dir wal-fetch %f %p",
                command("s3://bucket/dir", "/w", environment));
        assertEquals(List.of("AWS_ACCESS_KEY_ID"), OwnRestoreCommand.withheld(line(), environment));
    }
}
