package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/**
 * A live server changes from WAL-E to us, on the same prefix, by the very commands of {@code docs/migrating-from-wal-e.md}, from the distribution's
 * file, with WAL-E's settings in a directory that daemontools' {@code envdir} reads.
 */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ContinuedArchiveIT {

    private static final PostgresVersion VERSION = PostgresVersion.V13;

    @TempDir
    private Path directory;

    private Path archive;
    private Path bin;
    private Program walE;
    private DocumentedSteps steps;
    private Program shell;

    @BeforeEach
    void open() throws IOException {
        archive = Ground.open(directory).resolve("archive");
        walE = Tools.requireWalE(archive);
        Tools.require("envdir");
        bin = Files.createDirectory(directory.resolve("bin"));
        Path installed =
                Files.writeString(bin.resolve("wal-e"), "#!/bin/sh\nexec '" + walE.executable() + "' \"$@\"\n");
        Files.setPosixFilePermissions(installed, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(directory.resolve("opt"));
        Files.copy(Path.of("target/walarchive.tar.gz"), directory.resolve("walarchive.tar.gz"));
        Path settings = Files.createDirectory(directory.resolve("env"));
        Map<String, String> values = Map.of(
                "WALE_FILE_PREFIX",
                "file://localhost" + archive,
                "WALE_LOG_DESTINATION",
                "stderr",
                "JAVA_HOME",
                System.getProperty("java.home"),
                "WALARCHIVE_JAVA_OPTS",
                Program.SHORT_LIFE);
        for (Map.Entry<String, String> value : values.entrySet()) {
            Files.writeString(settings.resolve(value.getKey()), value.getValue() + "\n");
        }
        OrdinaryUser.give(directory);
        steps = DocumentedSteps.of(Path.of("../docs/migrating-from-wal-e.md"));
        steps.place("/etc/wal-e.d/env", settings);
        steps.place("/usr/local/bin", bin);
        steps.place("/opt", directory.resolve("opt"));
        steps.place("/srv/restored", directory.resolve("data"));
    }

    private String path(Path more) {
        return bin + File.pathSeparator + more + File.pathSeparator + System.getenv("PATH");
    }

    /** A command of the server's configuration, which finds programs where the shell does. */
    private String command(String text) {
        return "PATH='" + path(bin) + "' " + text;
    }

    private Run perform() {
        return shell.run("-e", "-c", "cd '" + directory + "'\n" + steps.commands());
    }

    private static void insert(PostgresServer server, int first, int last) {
        server.execute("INSERT INTO t SELECT i, md5(i::text) FROM generate_series(" + first + ", " + last + ") i");
    }

    private static Program connected(Program program, PostgresServer server) {
        return program.with("PGHOST", server.socketDirectory().toString())
                .with("PGPORT", Integer.toString(PostgresServer.PORT))
                .with("PGUSER", PostgresServer.SUPERUSER);
    }

    private static void archiveWith(PostgresServer server, String command) {
        server.configure(Map.of("archive_command", command));
    }

    private void requireObject(String segment) {
        assertTrue(Files.exists(archive.resolve("wal_005").resolve(segment + ".lzo")), segment);
    }

    @Test
    void walBeginsWithWalEAndGoesOnWithUs() throws IOException {
        Path configuration = Files.createDirectory(directory.resolve("configuration"));
        String first;
        String fetch;
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .dataChecksums()
                .setting("checkpoint_completion_target", "0.1")
                .setting("archive_timeout", "60")
                .archiveCommand(command("envdir " + directory.resolve("env") + " wal-e wal-push --pool-size 1 %p"))
                .create()) {
            shell = connected(Program.of(Path.of("/bin/sh")), server)
                    .with("PATH", path(server.programs()))
                    .with("JAVA_HOME", System.getProperty("java.home"));
            steps.place("/var/lib/postgresql/main", server.dataDirectory());
            server.start();
            server.execute("CREATE TABLE t (id int, v text)");
            insert(server, 1, 1000);
            server.execute("CHECKPOINT");
            connected(walE, server)
                    .run("backup-push", server.dataDirectory().toString())
                    .requireExit(0);
            insert(server, 1001, 4000);
            server.awaitArchived(server.switchWal());
            Map<String, String> before = Ground.describe(archive);
            for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
                Files.copy(server.dataDirectory().resolve(name), configuration.resolve(name));
            }

            perform().requireExit(0);
            Run look = perform().requireExit(0);
            first = look.output().lines().skip(1).findFirst().orElseThrow().split("\t")[0];
            assertEquals(before, Ground.describe(archive), "looking writes nothing");

            archiveWith(server, command(steps.setting("archive_command")));
            server.configure(Map.of("fsync", "on")); // which check asks for
            perform().requireExit(0);
            insert(server, 4001, 9000);
            String last = server.switchWal();
            server.awaitArchived(last);
            requireObject(last);
            assertTrue(Files.exists(archive.resolve("walarchive/identity.properties")), "the cluster's record");
            assertTrue(perform().requireExit(0).output().contains("0 failures"));
            server.configure(Map.of("fsync", "off"));
            server.reload();

            perform().requireExit(0);
            fetch = command(steps.setting("restore_command"));
            perform().requireExit(0);
            replaceTheProgram(server);
        }
        assertTrue(steps.areDone());
        requireAllRows(fetch, configuration);
        walE.run("backup-fetch", directory.resolve("data").toString(), first).requireExit(0);
        requireAllRows(walE.shell("wal-fetch --prefetch 0 \"%f\" \"%p\""), configuration);
    }

    /** Under WAL-E's name, which the commands that are there go on calling. */
    private void replaceTheProgram(PostgresServer server) {
        Run run = perform().requireExit(0);
        assertTrue(run.output().startsWith("1.1.1\nname\tlast_modified\t"), run::toString);
        assertTrue(run.log().startsWith("wal_e.main   INFO     MSG: this is walarchive "), run::toString);
        archiveWith(server, command("envdir " + directory.resolve("env") + " wal-e wal-push %p"));
        server.reload();
        insert(server, 9001, 9500);
        String last = server.switchWal();
        server.awaitArchived(last);
        requireObject(last);
        assertNotEquals(0, server.queryLong("SELECT archived_count FROM pg_stat_archiver"));
    }

    private void requireAllRows(String fetch, Path configuration) {
        Path data = directory.resolve("data");
        Ground.copy(configuration, data);
        try (PostgresServer server = Recovery.of(VERSION, data, fetch).start()) {
            assertEquals(9500, server.queryLong("SELECT count(DISTINCT id) FROM t WHERE v = md5(id::text)"));
            assertEquals(9500, server.queryLong("SELECT count(*) FROM t"));
        }
        Ground.delete(data);
    }
}
