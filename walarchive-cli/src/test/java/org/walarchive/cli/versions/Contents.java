package org.walarchive.cli.versions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** What a cluster holds beside the load: of each kind that a backup or a recovery treats in its own way. */
final class Contents {

    private static final int ROWS = 1000;

    private static final String WIDE_DIGEST = "SELECT md5(string_agg(t, '' ORDER BY i)) FROM wide";

    private final PostgresServer server;
    /** Those that exist in this release. */
    private final List<String> tablespaces = new ArrayList<>(List.of("pg_default", "outside"));

    private String wideDigest = "";

    private Contents(PostgresServer server) {
        this.server = server;
    }

    /** Fills a server that runs. */
    static Contents make(PostgresServer server, Path tablespace) {
        Contents contents = new Contents(server);
        server.execute("CREATE TABLESPACE outside LOCATION '" + tablespace + "'");
        // in what is tested here of 10 to 14 too, for minor releases brought it
        if (server.version().isAtLeast(PostgresVersion.V10)) {
            server.execute("SET allow_in_place_tablespaces = on", "CREATE TABLESPACE inside LOCATION ''");
            contents.tablespaces.add("inside");
        }
        for (String name : contents.tablespaces) {
            server.execute(
                    "CREATE TABLE in_" + name + " TABLESPACE " + name + " AS SELECT i FROM generate_series(1, " + ROWS
                            + ") i",
                    "CREATE INDEX ON in_" + name + " (i) TABLESPACE " + name,
                    "CREATE UNLOGGED TABLE scratch_" + name + " (i int PRIMARY KEY USING INDEX TABLESPACE " + name
                            + ") TABLESPACE " + name,
                    "INSERT INTO scratch_" + name + " SELECT i FROM generate_series(1, " + ROWS + ") i");
        }
        server.execute(
                "CREATE TABLE doomed AS SELECT i, repeat('x', 200) AS t FROM generate_series(1, 10000) i",
                "CREATE TABLE emptied AS SELECT i FROM generate_series(1, 10000) i",
                "CREATE TABLE wide AS SELECT i, string_agg(md5((i * 1000 + j)::text), '') AS t"
                        + " FROM generate_series(1, 100) i, generate_series(1, 200) j GROUP BY i",
                "CREATE TABLE promised (i int)",
                "BEGIN",
                "INSERT INTO promised VALUES (1)",
                "PREPARE TRANSACTION 'promise'",
                "SELECT lo_from_bytea(4711, convert_to(repeat('large', 10000), 'UTF8'))",
                "CREATE DATABASE other");
        in(server, "other", "CREATE TABLE t AS SELECT i FROM generate_series(1, " + ROWS + ") i");
        return contents;
    }

    /** Drops, empties, rewrites and adds files. */
    void change() {
        server.execute(
                "DROP TABLE doomed",
                "TRUNCATE emptied",
                "INSERT INTO emptied VALUES (1)",
                "CREATE TABLE born AS SELECT i FROM generate_series(1, " + ROWS + ") i",
                "UPDATE wide SET t = t || 'x' WHERE i % 2 = 0",
                "VACUUM FULL wide",
                "CREATE DATABASE later TEMPLATE other",
                "CHECKPOINT");
        for (String name : tablespaces) {
            server.execute("INSERT INTO in_" + name + " SELECT i FROM generate_series(1, " + ROWS + ") i");
        }
        wideDigest = server.queryText(WIDE_DIGEST);
    }

    /** Fails unless a copy that was made later has all as it was. */
    void requireIn(PostgresServer copy) {
        for (String name : tablespaces) {
            assertEquals(2 * ROWS, copy.queryLong("SELECT count(*) FROM in_" + name), name);
            assertEquals(0, copy.queryLong("SELECT count(*) FROM scratch_" + name), name);
            copy.execute("INSERT INTO scratch_" + name + " VALUES (1)");
        }
        assertEquals(0, copy.queryLong("SELECT count(*) FROM pg_class WHERE relname = 'doomed'"));
        assertEquals(1, copy.queryLong("SELECT count(*) FROM emptied"));
        assertEquals(ROWS, copy.queryLong("SELECT count(*) FROM born"));
        assertEquals(wideDigest, copy.queryText(WIDE_DIGEST));
        assertEquals(50_000, copy.queryLong("SELECT length(lo_get(4711))"));
        assertEquals(0, copy.queryLong("SELECT count(*) FROM promised"));
        copy.execute("COMMIT PREPARED 'promise'");
        assertEquals(1, copy.queryLong("SELECT count(*) FROM promised"));
        for (String database : List.of("other", "later")) {
            // fails unless there are as many
            in(copy, database, "SELECT 1 / (count(*) = " + ROWS + ")::int FROM t");
        }
        requireSound(copy);
    }

    /** Reads every page, which verifies its checksum where there is one, and has the server's own check look at all there is. */
    private static void requireSound(PostgresServer copy) {
        boolean skips = copy.version().isAtLeast(PostgresVersion.V9_6);
        copy.execute(skips ? "VACUUM (FREEZE, DISABLE_PAGE_SKIPPING)" : "VACUUM FREEZE");
        if (!copy.version().isAtLeast(PostgresVersion.V10)) {
            return;
        }
        String all = copy.version().isAtLeast(PostgresVersion.V11) ? ", true" : "";
        copy.execute("CREATE EXTENSION amcheck");
        copy.queryLong("SELECT count(bt_index_parent_check(c.oid" + all + ")::text)"
                + " FROM pg_class c JOIN pg_am a ON a.oid = c.relam AND a.amname = 'btree'"
                + " WHERE c.relkind = 'i' AND c.relpersistence <> 't'");
        if (copy.version().isAtLeast(PostgresVersion.V14)) {
            assertEquals(
                    0,
                    copy.queryLong("SELECT count(*) FROM pg_class c CROSS JOIN LATERAL verify_heapam(c.oid)"
                            + " WHERE c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't'"));
        }
    }

    private static void in(PostgresServer server, String database, String... statements) {
        try (Connection connection = server.connect(PostgresServer.SUPERUSER, database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(Arrays.toString(statements) + ": " + e.getMessage() + "\n" + server.log(), e);
        }
    }
}
