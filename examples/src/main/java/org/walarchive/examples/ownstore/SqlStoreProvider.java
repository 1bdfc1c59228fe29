package org.walarchive.examples.ownstore;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.support.ContentStream;
import org.walarchive.store.support.PartReader;

/**
 * Opens stores in a PostgreSQL database: {@code sql://archive/main} is the schema {@code archive}, and {@code main/} the beginning of every key.
 * {@code own-store/tables.sql} makes the schema; a store makes nothing, so that a database that lost its tables does not look like an empty archive.
 *
 * <p>Settings: {@code SQL_STORE_URL} (of JDBC), {@code SQL_STORE_USER}, {@code SQL_STORE_PASSWORD}.
 */
public final class SqlStoreProvider implements BlobStoreProvider {

    /** How many blobs and prefixes a page of a list has. */
    private static final int PAGE_SIZE = 1000;

    private final int pageSize;

    /** Makes a provider. */
    public SqlStoreProvider() {
        this(PAGE_SIZE);
    }

    SqlStoreProvider(int pageSize) {
        this.pageSize = pageSize;
    }

    /** Returns {@code sql}. */
    @Override
    public Set<String> schemes() {
        return Set.of("sql");
    }

    /** Opens a store without connecting yet. */
    @Override
    public BlobStore open(StoreLocation location, StoreSettings settings) throws StoreException {
        String url = settings.get("SQL_STORE_URL")
                .orElseThrow(() -> new StoreException(
                        Kind.INVALID,
                        "no database is named for " + location,
                        "Set SQL_STORE_URL, such as jdbc:postgresql://vault.example/archives.",
                        null));
        Properties properties = new Properties();
        // A database that does not answer must not hold archiving up for ever.
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "30");
        // Of several hosts only the primary: a standby lags, and what it does not have yet would be "not there".
        properties.setProperty("targetServerType", "primary");
        // The detail of a refused row is its content.
        properties.setProperty("logServerErrorDetail", "false");
        settings.get("SQL_STORE_USER").ifPresent(value -> properties.setProperty("user", value));
        settings.get("SQL_STORE_PASSWORD").ifPresent(value -> properties.setProperty("password", value));
        return new SqlBlobStore(location, url, properties, pageSize);
    }

    /**
     * Keeps a blob as chunks of a fixed size below a number of its own, which never gets other chunks. A put writes them, and last the row that gives the
     * number a key, in one transaction. Each call has a connection of its own; put a pool in {@link #connect} where that is too dear.
     */
    static final class SqlBlobStore implements BlobStore {

        /** What a put or a reader has in memory. */
        private static final int CHUNK_BYTES = 1 << 20;

        /** Whatever the database is set to; remote_apply promises more, and stays. */
        private static final String ACKNOWLEDGED_IS_DURABLE = "SELECT set_config('synchronous_commit', 'on', true)"
                + " WHERE current_setting('synchronous_commit') = 'off'";

        private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

        private final StoreLocation location;
        private final String url;
        private final Properties properties;
        private final int pageSize;
        private final String blobs;
        private final String chunks;
        private volatile boolean closed;

        SqlBlobStore(StoreLocation location, String url, Properties properties, int pageSize) throws StoreException {
            if (!SCHEMA.matcher(location.container()).matches()) {
                throw new StoreException(
                        Kind.INVALID, "location " + location + " names no schema of a database before its path");
            }
            this.location = location;
            this.url = url;
            this.properties = properties;
            this.pageSize = pageSize;
            this.blobs = "\"" + location.container() + "\".blob";
            this.chunks = "\"" + location.container() + "\".chunk";
        }

        @Override
        public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
            String fullKey = begin(key);
            try (Connection connection = connect()) {
                connection.setAutoCommit(false);
                execute(connection, ACKNOWLEDGED_IS_DURABLE);
                if (mode == PutMode.IF_ABSENT && isPresent(connection, fullKey)) {
                    return PutResult.ALREADY_PRESENT;
                }
                // No lock is held while the source is read.
                long id = number(connection, "SELECT nextval('\"" + location.container() + "\".blob_id')");
                long size = putChunks(connection, id, key, source);
                PutResult result = publish(connection, fullKey, id, size, mode);
                requireNoInterrupt("the put of " + key);
                if (result == PutResult.WRITTEN) {
                    connection.commit();
                } else {
                    connection.rollback();
                }
                return result;
            } catch (SQLException e) {
                throw failure("put of " + key, e);
            }
        }

        private boolean isPresent(Connection connection, String fullKey) throws SQLException {
            return number(connection, "SELECT count(*) FROM " + blobs + " WHERE key = ?", fullKey) > 0;
        }

        private long putChunks(Connection connection, long id, String key, BlobSource source)
                throws IOException, SQLException {
            long size = 0;
            String sql = "INSERT INTO " + chunks + " (id, number, digest, content) VALUES (?, ?, ?, ?)";
            try (PartReader parts = new PartReader(key, source);
                    PreparedStatement insert = connection.prepareStatement(sql)) {
                for (int number = 0; !parts.ended(); number++) {
                    byte[] content = parts.next(CHUNK_BYTES).stream().readAllBytes();
                    insert.setLong(1, id);
                    insert.setInt(2, number);
                    insert.setBytes(3, digest(content));
                    insert.setBytes(4, content);
                    insert.executeUpdate();
                    size += content.length;
                }
            }
            return size;
        }

        /** Gives the chunks their key. One writer of a key at a time, so that the second one sees what the first one did. */
        private PutResult publish(Connection connection, String fullKey, long id, long size, PutMode mode)
                throws SQLException {
            execute(connection, "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", fullKey);
            if (mode == PutMode.OVERWRITE) {
                execute(connection, "DELETE FROM " + blobs + " WHERE key = ?", fullKey);
            }
            String sql = "INSERT INTO " + blobs + " (key, id, size, modified) VALUES (?, ?, ?, clock_timestamp())"
                    + " ON CONFLICT (key) DO NOTHING";
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                insert.setString(1, fullKey);
                insert.setLong(2, id);
                insert.setLong(3, size);
                return insert.executeUpdate() == 1 ? PutResult.WRITTEN : PutResult.ALREADY_PRESENT;
            }
        }

        @Override
        public BlobContent get(String key) throws StoreException {
            String fullKey = begin(key);
            Connection connection = null;
            try {
                connection = connect();
                // One snapshot for all chunks: who overwrites or deletes the blob meanwhile does not disturb its
                // reader.
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                connection.setAutoCommit(false);
                try (PreparedStatement select =
                        connection.prepareStatement("SELECT id, size FROM " + blobs + " WHERE key = ?")) {
                    select.setString(1, fullKey);
                    ResultSet row = select.executeQuery();
                    if (row.next()) {
                        long size = row.getLong(2);
                        ChunkStream stream = new ChunkStream(key, connection, row.getLong(1), size);
                        connection = null;
                        return new BlobContent(stream, OptionalLong.of(size));
                    }
                    throw new StoreException(Kind.NOT_FOUND, "no blob " + key + " in " + location);
                }
            } catch (SQLException e) {
                throw failure("get of " + key, e);
            } finally {
                closeQuietly(connection);
            }
        }

        @Override
        public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
            requireOpen("the list of \"" + prefix + "\"");
            String base = location.path();
            List<BlobInfo> found = new ArrayList<>();
            List<String> prefixes = new ArrayList<>();
            String from = base + (pageToken == null ? prefix : pageToken);
            try (Connection connection = connect();
                    PreparedStatement select = connection.prepareStatement("SELECT key, size, modified FROM " + blobs
                            + " WHERE key LIKE ? AND key >= ? ORDER BY key LIMIT " + (pageSize + 1))) {
                select.setString(1, (base + prefix).replaceAll("[\\\\%_]", "\\\\$0") + "%");
                for (boolean more = true; more; ) {
                    select.setString(2, from);
                    int rows = 0;
                    String passed = null;
                    ResultSet row = select.executeQuery();
                    while (row.next()) {
                        rows++;
                        String key = row.getString(1).substring(base.length());
                        if (passed != null && key.startsWith(passed)) {
                            continue;
                        }
                        if (found.size() + prefixes.size() == pageSize) {
                            return new ListPage(found, prefixes, Optional.of(from.substring(base.length())));
                        }
                        int slash = depth == ListDepth.IMMEDIATE ? key.indexOf('/', prefix.length()) : -1;
                        if (slash >= 0) {
                            passed = key.substring(0, slash + 1);
                            prefixes.add(passed);
                            // The character after the slash: what is below the prefix sorts before it, and nothing else
                            // does.
                            from = base + key.substring(0, slash) + '0';
                        } else {
                            found.add(new BlobInfo(
                                    key,
                                    row.getLong(2),
                                    row.getObject(3, OffsetDateTime.class).toInstant()));
                            // No key has a control character, so a blank begins the next key that there can be.
                            from = base + key + ' ';
                        }
                    }
                    more = rows > pageSize;
                    requireNoInterrupt("the list of \"" + prefix + "\"");
                }
                return new ListPage(found, prefixes, Optional.empty());
            } catch (SQLException e) {
                throw failure("list of \"" + prefix + "\"", e);
            }
        }

        @Override
        public void delete(Collection<String> keys) throws StoreException {
            requireOpen("the deletion");
            List<String> fullKeys = new ArrayList<>();
            for (String key : keys) {
                fullKeys.add(location.path() + StoreKeys.requireValid(key));
            }
            if (fullKeys.isEmpty()) {
                return;
            }
            try (Connection connection = connect();
                    PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM " + blobs + " WHERE key = ANY (?)")) {
                connection.setAutoCommit(false);
                execute(connection, ACKNOWLEDGED_IS_DURABLE);
                delete.setArray(1, connection.createArrayOf("text", fullKeys.toArray()));
                delete.executeUpdate();
                connection.commit();
            } catch (SQLException e) {
                throw failure("deletion of " + keys.iterator().next() + (keys.size() > 1 ? " and others" : ""), e);
            }
        }

        /** A unique key decides who is first; a list is a range of its index, and sees all that was committed. */
        @Override
        public Set<StoreFeature> features() {
            return Set.of(StoreFeature.ATOMIC_IF_ABSENT, StoreFeature.INDEXED_LIST);
        }

        @Override
        public void close() {
            closed = true;
        }

        private String begin(String key) throws StoreException {
            requireOpen("the call for " + key);
            return location.path() + StoreKeys.requireValid(key);
        }

        private void requireOpen(String call) throws StoreException {
            if (closed) {
                throw new IllegalStateException("store " + location + " is closed");
            }
            requireNoInterrupt(call);
        }

        private static void requireNoInterrupt(String call) throws StoreException {
            if (Thread.currentThread().isInterrupted()) {
                throw new StoreException(Kind.INTERRUPTED, call + " was interrupted");
            }
        }

        private Connection connect() throws SQLException {
            Connection connection = new Driver().connect(url, properties);
            if (connection == null) {
                throw new SQLException("SQL_STORE_URL is no URL of PostgreSQL", "08001");
            }
            return connection;
        }

        private static void execute(Connection connection, String sql, String... parameters) throws SQLException {
            try (PreparedStatement statement = prepare(connection, sql, parameters)) {
                statement.execute();
            }
        }

        private static PreparedStatement prepare(Connection connection, String sql, String... parameters)
                throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql);
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            return statement;
        }

        private static long number(Connection connection, String sql, String... parameters) throws SQLException {
            try (PreparedStatement select = prepare(connection, sql, parameters)) {
                ResultSet row = select.executeQuery();
                row.next();
                return row.getLong(1);
            }
        }

        private static byte[] digest(byte[] content) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(content);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        private static void closeQuietly(@Nullable Connection connection) {
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (SQLException e) {
                // It was read from only; the server ends it when it notices.
            }
        }

        /** The message of the database is kept as the cause; it names tables, and no value. */
        private StoreException failure(String call, SQLException e) {
            String state = e.getSQLState() == null ? "" : e.getSQLState();
            String message = call + " in " + location + " failed: " + e.getMessage();
            return new StoreException(kind(state), message, hint(state), e);
        }

        /** By appendix A of PostgreSQL's manual, Error Codes. */
        private static Kind kind(String state) {
            return switch (state) {
                case "3D000", "3F000", "42P01" -> Kind.NO_CONTAINER;
                case "28000", "28P01", "42501" -> Kind.ACCESS_DENIED;
                case "53300" -> Kind.THROTTLED;
                case "53100" -> Kind.NO_SPACE;
                case "23514", "XX001", "XX002" -> Kind.CORRUPT;
                default -> state.startsWith("22") || state.startsWith("42") ? Kind.INVALID : Kind.UNAVAILABLE;
            };
        }

        private static @Nullable String hint(String state) {
            return switch (kind(state)) {
                case NO_CONTAINER -> "Is it the right database? Make schema and tables with own-store/tables.sql.";
                case ACCESS_DENIED -> "Are SQL_STORE_USER and SQL_STORE_PASSWORD right, and has the role its rights?";
                default -> null;
            };
        }

        /** Reads chunk after chunk, and holds each against its digest; the length is the base class's. */
        private final class ChunkStream extends ContentStream {

            private final String key;
            private final Connection connection;
            private final long id;
            private int number;
            private byte[] chunk = new byte[0];
            private int position;

            ChunkStream(String key, Connection connection, long id, long size) {
                super("cannot read " + key, size);
                this.key = key;
                this.connection = connection;
                this.id = id;
            }

            @Override
            protected int fetch(byte[] target, int offset, int length) throws StoreException {
                while (position == chunk.length) {
                    if (!next()) {
                        return -1;
                    }
                }
                int n = Math.min(length, chunk.length - position);
                System.arraycopy(chunk, position, target, offset, n);
                position += n;
                return n;
            }

            private boolean next() throws StoreException {
                String sql = "SELECT digest, content FROM " + chunks + " WHERE id = ? AND number = ?";
                try (PreparedStatement select = connection.prepareStatement(sql)) {
                    select.setLong(1, id);
                    select.setInt(2, number);
                    ResultSet row = select.executeQuery();
                    if (!row.next()) {
                        return false;
                    }
                    chunk = row.getBytes(2);
                    if (!Arrays.equals(row.getBytes(1), digest(chunk))) {
                        throw new StoreException(Kind.CORRUPT, "chunk " + number + " of " + key + " is damaged");
                    }
                    position = 0;
                    number++;
                    return true;
                } catch (SQLException e) {
                    throw failure("reading of " + key, e);
                }
            }

            @Override
            protected StoreException failed(String action, IOException cause) {
                return new StoreException(Kind.UNAVAILABLE, action, null, cause); // nothing here throws one
            }

            @Override
            protected void release(boolean complete) {
                closeQuietly(connection);
            }
        }
    }
}
