package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.core.testing.Recovery;

/** A live server changes from WAL-E to us, on the same prefix: nothing but its {@code archive_command} is changed. */
final class ContinuedArchiveIT {

    private static final PostgresVersion VERSION = PostgresVersion.V13;

    @TempDir
    private Path directory;

    private Path archive;
    private Program walE;
    private Program walarchive;

    @BeforeEach
    void open() {
        archive = Ground.open(directory).resolve("archive");
        walE = Tools.requireWalE(archive);
        walarchive = Program.walarchive().on(archive);
    }

    private static String segment(PostgresServer server) {
        return server.queryText("SELECT pg_walfile_name(pg_current_wal_lsn())");
    }

    private static void insert(PostgresServer server, int first, int last) {
        server.execute("INSERT INTO t SELECT i, md5(i::text) FROM generate_series(" + first + ", " + last + ") i");
    }

    private static Program connected(Program program, PostgresServer server) {
        return program.with("PGHOST", server.socketDirectory().toString())
                .with("PGPORT", Integer.toString(PostgresServer.PORT))
                .with("PGUSER", PostgresServer.SUPERUSER);
    }

    private Path object(String segment) {
        return archive.resolve("wal_005").resolve(segment + ".lzo");
    }

    @Test
    void walBeginsWithWalEAndGoesOnWithUs() throws IOException {
        Path configuration = Files.createDirectory(directory.resolve("configuration"));
        String seam;
        String last;
        try (PostgresServer server = PostgresServer.builder(VERSION)
                .walSegmentMegabytes(1)
                .setting("checkpoint_completion_target", "0.1")
                .archiveCommand(walE.shell("wal-push --pool-size 1 \"%p\""))
                .create()) {
            server.start();
            server.execute("CREATE TABLE t (id int, v text)");
            insert(server, 1, 1000);
            server.execute("CHECKPOINT");
            connected(walE, server)
                    .run("backup-push", server.dataDirectory().toString())
                    .requireExit(0);
            insert(server, 1001, 4000);
            server.awaitArchived(server.switchWal());
            assertTrue(Files.notExists(archive.resolve("walarchive")));

            server.configure(Map.of("archive_command", walarchive.shell("wal-push \"%p\"")));
            server.reload();
            seam = segment(server);
            insert(server, 4001, 9000);
            last = server.switchWal();
            server.awaitArchived(last);
            for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
                Files.copy(server.dataDirectory().resolve(name), configuration.resolve(name));
            }
        }
        assertTrue(Files.exists(archive.resolve("walarchive/identity.properties")), "the cluster's record");
        assertTrue(seam.compareTo(last) < 0 && Files.exists(object(seam)) && Files.exists(object(last)));
        requireAllRows(walarchive, "wal-fetch \"%f\" \"%p\"", configuration);
        requireAllRows(walE, "wal-fetch --prefetch 0 \"%f\" \"%p\"", configuration);
    }

    private void requireAllRows(Program program, String fetch, Path configuration) throws IOException {
        Path data = directory.resolve("data");
        program.run("backup-fetch", data.toString(), "LATEST").requireExit(0);
        Ground.copy(configuration, data);
        try (PostgresServer server =
                Recovery.of(VERSION, data, program.shell(fetch)).start()) {
            assertEquals(9000, server.queryLong("SELECT count(DISTINCT id) FROM t WHERE v = md5(id::text)"));
            assertEquals(9000, server.queryLong("SELECT count(*) FROM t"));
        }
        Ground.delete(data);
    }
}
