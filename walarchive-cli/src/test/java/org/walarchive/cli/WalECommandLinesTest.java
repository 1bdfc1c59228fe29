package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every subcommand, option and variable of WAL-E 1.1.1, under its name and ours: it works, or says so and what to do. */
final class WalECommandLinesTest {

    private static final String SEGMENT = "000000010000000000000002";
    private static final String BACKUP = "base_" + SEGMENT + "_00000040";

    private static Cli run(ProgramName program, int expected, String words) {
        Cli cli = new Cli(program);
        int code = cli.run(
                words.replace("SEGMENT", SEGMENT).replace("BACKUP", BACKUP).split(" +"));
        assertEquals(expected, code, () -> words + "\n" + cli.err());
        return cli;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wal-push pg_wal/SEGMENT | wal push pg_wal/SEGMENT",
                "wal-push -p 32 pg_wal/SEGMENT | wal push pg_wal/SEGMENT",
                "wal-push --pool-size 1 pg_wal/SEGMENT | wal push pg_wal/SEGMENT",
                "wal-push --pool-size=0 pg_wal/SEGMENT | wal push pg_wal/SEGMENT",
                "wal-fetch SEGMENT x | wal fetch SEGMENT x, prefetching",
                "wal-fetch -p 0 SEGMENT x | wal fetch SEGMENT x",
                "wal-fetch --prefetch 8 SEGMENT x | wal fetch SEGMENT x, prefetching",
                "wal-fetch --pre=-1 SEGMENT x | wal fetch SEGMENT x",
                "wal-prefetch /srv/pg/pg_wal SEGMENT | wal prefetch /srv/pg/pg_wal SEGMENT",
                "backup-push /srv/pg | backup push /srv/pg",
                "backup-push -p 2 --cluster-read-rate-limit 1000000 /srv/pg | backup push /srv/pg",
                "backup-push /srv/pg --pool-size 2 --while-offline | backup push /srv/pg",
                "backup-push --c 1000000 --w --p 3 /srv/pg | backup push /srv/pg",
                "backup-fetch /srv/pg LATEST | backup fetch LATEST /srv/pg",
                "backup-fetch -p 2 --blind-restore /srv/pg BACKUP | backup fetch BACKUP /srv/pg",
                "backup-fetch --restore-spec SOURCE /srv/pg LATEST | backup fetch LATEST /srv/pg",
                "backup-fetch --r /etc/spec.json --b /srv/pg LATEST | !--blind-restore and --restore-spec exclude each other",
                "backup-fetch --r /etc/spec.json /srv/pg LATEST | backup fetch LATEST /srv/pg",
                "backup-list | list NAMES",
                "backup-list --detail | list SENTINELS",
                "backup-list --d LATEST | list LATEST SENTINELS",
                "backup-list BACKUP | list BACKUP NAMES",
                "delete before BACKUP | plan",
                "delete --dry-run before SEGMENT | plan",
                "delete -n --confirm retain 3 | plan",
                "delete --d everything | plan",
                "delete --confirm old-versions | plan",
                "delete --confirm everything | plan",
                "delete retain 0 | !retain 0 would keep no backup",
            })
    void subcommandsAndTheirOptions(String words, String call) {
        for (ProgramName program : ProgramName.values()) {
            if (call.startsWith("!")) {
                Cli cli = run(program, 2, words);
                assertTrue(cli.err().contains("MSG: " + call.substring(1) + "\n        HINT: "), cli.err());
                assertEquals(List.of(), cli.archive.calls);
            } else {
                Cli cli = run(program, 0, words);
                String expected = call.replace("SEGMENT", SEGMENT).replace("BACKUP", BACKUP);
                assertTrue(cli.archive.calls.get(0).startsWith(expected), words + " " + cli.archive.calls);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-k KEY",
                "-kKEY",
                "--aws-access-key-id KEY",
                "--aws-instance-profile",
                "--aws-i",
                "--gs-access-key-id KEY",
                "-a ACCOUNT",
                "--wabs-account-name=ACCOUNT",
                "--s3-prefix s3://b/d",
                "--s s3://b/d",
                "--wabs-prefix wabs://c/d",
                "--gs-prefix gs://b/d",
                "--file-prefix file://localhost/d",
                "--file-pre file:///d",
                "--gpg-key-id KEY",
                "--t",
                "--terse -k KEY --s3-prefix=s3://b/d --gpg K"
            })
    void globalOptions(String options) {
        for (ProgramName program : ProgramName.values()) {
            for (String command : List.of(
                    "backup-list",
                    "wal-push x/SEGMENT",
                    "wal-fetch SEGMENT x",
                    "wal-prefetch /w SEGMENT",
                    "backup-push /d",
                    "backup-fetch /d LATEST",
                    "delete everything",
                    "version")) {
                run(program, 0, options + " " + command);
            }
        }
    }

    @Test
    void helpIsAnsweredByTheNameThatWasCalled() {
        for (String words : List.of("-h", "--help", "--he", "wal-push -h", "backup-list --help", "delete -h", "help")) {
            String text = run(ProgramName.WAL_E, 0, words).out();
            assertTrue(text.startsWith("usage: wal-e [GLOBAL OPTION]"), text);
            assertTrue(!text.contains("walarchive "), text);
            assertTrue(run(ProgramName.WALARCHIVE, 0, words).out().startsWith("usage: walarchive ["), words);
        }
        Cli cli = run(ProgramName.WAL_E, 2, "wal-push");
        assertTrue(cli.err().contains("HINT: See \"wal-e help wal-push\".\n"), cli.err());
    }

    @Test
    void theVersionIsWalEsWhereScriptsAskForIt() {
        Cli cli = run(ProgramName.WAL_E, 0, "version");
        assertEquals("1.1.1\n", cli.out());
        assertTrue(cli.err().startsWith("wal_e.main   INFO     MSG: this is walarchive "), cli.err());
        assertEquals("", run(ProgramName.WAL_E, 0, "--terse version").err());
    }

    @Test
    void theLogHasWalEsNames() {
        Cli cli = run(ProgramName.WAL_E, 0, "backup-list");
        assertTrue(
                cli.err()
                        .startsWith("wal_e.main   INFO     MSG: starting WAL-E\n"
                                + "        DETAIL: The subcommand is \"backup-list\".\n        STRUCTURED: time="),
                cli.err());
        assertTrue(cli.err().contains(" program=walarchive version="), cli.err());
    }

    /** Those of the stores reach them under their names; their tests say what they do. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SECURITY_TOKEN",
                "AWS_REGION",
                "AWS_INSTANCE_PROFILE",
                "WALE_S3_ENDPOINT",
                "WALE_S3_STORAGE_CLASS",
                "WABS_ACCOUNT_NAME",
                "WABS_ACCESS_KEY",
                "WABS_SAS_TOKEN",
                "GOOGLE_APPLICATION_CREDENTIALS",
                "SWIFT_AUTHURL",
                "SWIFT_USER",
                "SWIFT_PASSWORD",
                "SWIFT_TENANT",
                "SWIFT_AUTH_VERSION",
                "SWIFT_REGION",
                "SWIFT_ENDPOINT_TYPE",
                "SWIFT_DOMAIN_ID",
                "SWIFT_DOMAIN_NAME",
                "SWIFT_TENANT_ID",
                "SWIFT_USER_ID",
                "SWIFT_USER_DOMAIN_ID",
                "SWIFT_USER_DOMAIN_NAME",
                "SWIFT_PROJECT_ID",
                "SWIFT_PROJECT_NAME",
                "SWIFT_PROJECT_DOMAIN_ID",
                "SWIFT_PROJECT_DOMAIN_NAME"
            })
    void variablesOfTheStores(String name) throws IOException {
        Cli cli = new Cli();
        cli.environment.put(name, "value");
        assertEquals(0, cli.run("backup-list"), cli.err());
        assertEquals("value", cli.archive.config.storeSettings().get(name).orElseThrow());
        String store = name.startsWith("SWIFT")
                ? "swift"
                : name.startsWith("WABS") ? "azure" : name.startsWith("G") ? "gcs" : "s3";
        String page = Files.readString(Path.of("../docs/stores/" + store + ".md"));
        assertTrue(page.contains("`" + name + "`"), name + " is not in the page of the store");
    }

    @ParameterizedTest
    @CsvSource({
        "WALE_FILE_PREFIX,file://localhost/x",
        "WALE_GS_PREFIX,gs://b/x",
        "WALE_S3_PREFIX,s3://b/x",
        "WALE_SWIFT_PREFIX,swift://b/x",
        "WALE_WABS_PREFIX,wabs://b/x"
    })
    void variablesOfTheLocation(String name, String location) {
        Cli cli = new Cli();
        cli.environment.clear();
        cli.environment.put(name, location);
        assertEquals(0, cli.run("backup-list"), cli.err());
        assertEquals(location, cli.archive.config.location().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "WALE_RETRIES,backup-list,WALARCHIVE_RETRY_DEADLINE",
        "BOTO_CONFIG,--s3-prefix s3://b/d backup-list,AWS_PROFILE",
        "PGSERVICE,backup-push /d,PGHOST",
        "PGHOSTADDR,backup-push /d,PGHOST",
        "PGSSLROOTCERT,backup-push /d,PGSSLMODE",
    })
    void aVariableThatIsNotReadIsNamedWithWhatDoesTheSame(String name, String words, String instead)
            throws IOException {
        Cli cli = new Cli();
        assertEquals(0, cli.run(words.split(" ")));
        assertTrue(!cli.err().contains("not read"), cli.err());
        cli.environment.put(name, "5");
        assertEquals(0, cli.run(words.split(" ")));
        assertTrue(cli.err().contains("WARNING  MSG: " + name + " is set, and not read\n        HINT: "), cli.err());
        assertTrue(cli.err().substring(cli.err().indexOf("HINT: ")).contains(instead), cli.err());
        assertTrue(Files.readString(Path.of("../docs/migrating-from-wal-e.md")).contains("`" + name + "`"), name);
        Cli push = new Cli();
        push.environment.put(name, "5");
        assertEquals(0, push.run("wal-push", "x"));
        assertEquals("", push.err(), "what PostgreSQL calls for each segment keeps quiet");
    }

    /** The page says who is told, and nobody else is. */
    @ParameterizedTest
    @CsvSource({
        "WALE_RETRIES,backup-list,'every command, while `WALARCHIVE_RETRY_DEADLINE` is not set'",
        "BOTO_CONFIG,backup-list,'every command, where the archive is on S3'",
        "PGSERVICE,backup-list,'`backup-push` and `check`'",
        "PGSSLKEY,delete retain 7,'`backup-push` and `check`'",
    })
    void aVariableThatWouldNotHaveMatteredIsNotNamed(String name, String words, String told) throws IOException {
        Cli cli = new Cli();
        cli.environment.put("WALARCHIVE_RETRY_DEADLINE", "60");
        cli.environment.put(name, "5");
        assertEquals(0, cli.run(words.split(" ")), cli.err());
        assertTrue(!cli.err().contains("not read"), cli.err());
        List<String> row = Files.readAllLines(Path.of("../docs/migrating-from-wal-e.md")).stream()
                .filter(line -> line.startsWith("|") && line.contains("`" + name + "`"))
                .toList();
        assertEquals(1, row.size(), row.toString());
        assertTrue(row.get(0).endsWith("| " + told + " |"), row.get(0));
    }
}
