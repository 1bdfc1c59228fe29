package org.walarchive.core.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.BackupPushRequest.Checkpoint;
import org.walarchive.LocalFileException;
import org.walarchive.ServerConnection;
import org.walarchive.ServerException;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * A session on a server: facts about the cluster, and the start and the stop of a base backup, between which the session
 * stays open. To be used by one thread at a time, except that any thread may {@link #abort} or {@link #close} it.
 *
 * <p>When the calling thread is interrupted, the statement is cancelled on the server, the session is at its end, and
 * {@link InterruptedException} is thrown at once. The server itself aborts a backup whose session ended.
 */
public final class ServerSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSession.class);

    private static final int FIRST_WITH_WAL_NAMES = 100_000;

    private static final int FIRST_WITH_CONTROL_FUNCTIONS = 90_600;

    private static final long CANCEL_PATIENCE_MILLIS = 2_000;

    /** Switches off, where the release has it, what could end a long session or start processes for it. */
    private static final String HYGIENE = """
            SELECT pg_catalog.set_config(name, '0', false)
            FROM pg_catalog.pg_settings
            WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_session_timeout', 'transaction_timeout',
                           'idle_in_transaction_session_timeout', 'max_parallel_workers_per_gather')
            """;

    private final ServerAddress address;
    private final ServerFailures failures;
    private final InterruptibleCalls calls;
    private final Connection connection;
    private final int versionNumber;
    private final BackupFunctions functions;
    private volatile boolean aborted;
    private volatile boolean backupRunning;

    private ServerSession(ServerAddress address, InterruptibleCalls calls, Opened opened, BackupFunctions functions) {
        this.address = address;
        this.failures = new ServerFailures(address);
        this.calls = calls;
        this.connection = opened.connection;
        this.versionNumber = opened.versionNumber;
        this.functions = functions;
    }

    private record Opened(Connection connection, int versionNumber) {}

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Connects.
     *
     * @param connection where and as whom
     * @return the session
     * @throws ServerException if the server cannot be reached or refuses
     * @throws LocalFileException if the file with passwords cannot be read
     * @throws InterruptedException if the thread was interrupted
     */
    public static ServerSession open(ServerConnection connection)
            throws ServerException, LocalFileException, InterruptedException {
        return open(connection, Optional.empty());
    }

    /** Connects, and uses the functions that are given, else those of the server's release. */
    static ServerSession open(ServerConnection connection, Optional<BackupFunctions> functions)
            throws ServerException, LocalFileException, InterruptedException {
        ServerAddress address = ServerAddress.of(connection);
        InterruptibleCalls calls = new InterruptibleCalls();
        boolean open = false;
        try {
            Properties properties = address.properties();
            Opened opened = calls.call(() -> connect(address.url(), properties), late -> closeQuietly(late.connection));
            open = true;
            return new ServerSession(
                    address, calls, opened, functions.orElseGet(() -> BackupFunctions.of(opened.versionNumber)));
        } catch (SQLException e) {
            throw new ServerFailures(address).connecting(e);
        } catch (IOException e) {
            throw new LocalFileException(
                    "cannot read the file with passwords", e.toString(), "May this user read it?", e);
        } finally {
            if (!open) {
                calls.finish();
            }
        }
    }

    private static Opened connect(String url, Properties properties) throws SQLException {
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know " + url);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = pg_catalog");
            statement.execute(HYGIENE);
            try (ResultSet row = statement.executeQuery("SHOW server_version_num")) {
                row.next();
                return new Opened(connection, row.getInt(1));
            }
        } catch (SQLException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    /**
     * Returns the server's version as a number.
     *
     * @return such as 180006, or 90624
     */
    public int versionNumber() {
        return versionNumber;
    }

    /**
     * Tells how functions and views are called.
     *
     * @return true if by {@code wal} and {@code lsn}, as since PostgreSQL 10; false if by {@code xlog} and {@code location}
     */
    public boolean hasWalNames() {
        return versionNumber >= FIRST_WITH_WAL_NAMES;
    }

    /**
     * Tells whether functions say what is in the control file.
     *
     * @return true since PostgreSQL 9.6
     */
    public boolean hasControlFunctions() {
        return versionNumber >= FIRST_WITH_CONTROL_FUNCTIONS;
    }

    /**
     * Returns the server's version as a text, with its build.
     *
     * @return the result of {@code version()}
     * @throws ServerException if the server does not answer
     * @throws InterruptedException if the thread was interrupted
     */
    public String versionText() throws ServerException, InterruptedException {
        return require("ask for the version", "SELECT version()", row -> row.getString(1));
    }

    /**
     * Asks which cluster it is. 9.6 and newer.
     *
     * @return its identifier
     * @throws ServerException if the server does not answer, or is older
     * @throws InterruptedException if the thread was interrupted
     */
    public SystemIdentifier systemIdentifier() throws ServerException, InterruptedException {
        return require(
                "ask for the system identifier",
                "SELECT system_identifier FROM pg_control_system()",
                row -> new SystemIdentifier(row.getLong(1)));
    }

    /**
     * Asks for the timeline of the last checkpoint. 9.6 and newer.
     *
     * @return the timeline
     * @throws ServerException if the server does not answer, or is older
     * @throws InterruptedException if the thread was interrupted
     */
    public TimelineId timeline() throws ServerException, InterruptedException {
        return require(
                "ask for the timeline",
                "SELECT timeline_id FROM pg_control_checkpoint()",
                row -> new TimelineId(row.getInt(1) & 0xFFFFFFFFL));
    }

    /**
     * Asks for the timeline that a primary writes now. That of the last checkpoint is the one before for a while after a promotion.
     *
     * @return the timeline
     * @throws ServerException if the server does not answer, or is in recovery
     * @throws InterruptedException if the thread was interrupted
     */
    public TimelineId writtenTimeline() throws ServerException, InterruptedException {
        String segment = hasWalNames()
                ? "pg_walfile_name(pg_current_wal_lsn())"
                : "pg_xlogfile_name(pg_current_xlog_location())";
        return require(
                "ask for the timeline",
                "SELECT " + segment,
                row -> WalSegmentName.parse(row.getString(1)).timeline());
    }

    /**
     * Asks where the data directory is.
     *
     * @return its path on the server's machine; empty if the role may not know
     * @throws ServerException if the server does not answer
     * @throws InterruptedException if the thread was interrupted
     */
    public Optional<Path> dataDirectory() throws ServerException, InterruptedException {
        return setting("data_directory").map(Path::of);
    }

    /**
     * Asks whether the server is in recovery, as a standby is.
     *
     * @return true if so
     * @throws ServerException if the server does not answer
     * @throws InterruptedException if the thread was interrupted
     */
    public boolean inRecovery() throws ServerException, InterruptedException {
        return require("ask for the role of the server", "SELECT pg_is_in_recovery()", row -> row.getBoolean(1));
    }

    /**
     * Asks for the size of WAL segments.
     *
     * @return the size
     * @throws ServerException if the server does not answer
     * @throws InterruptedException if the thread was interrupted
     */
    public WalSegmentSize walSegmentSize() throws ServerException, InterruptedException {
        // to 10 in blocks, whose size is in the unit
        return require("ask for the size of WAL segments", """
                SELECT setting::bigint * CASE unit WHEN 'B' THEN 1
                                         ELSE coalesce(substring(unit FROM '^([0-9]+)kB$')::bigint, 1) * 1024 END
                FROM pg_settings WHERE name = 'wal_segment_size'
                """, row -> WalSegmentSize.ofBytes(row.getLong(1)));
    }

    /**
     * Asks for a setting.
     *
     * @param name such as {@code archive_mode}
     * @return its value, in the unit the server keeps it in; empty if the release has no such setting or the role may not
     *     know
     * @throws ServerException if the server does not answer
     * @throws InterruptedException if the thread was interrupted
     */
    public Optional<String> setting(String name) throws ServerException, InterruptedException {
        return query(
                "ask for the setting " + name,
                "SELECT setting FROM pg_settings WHERE name = ?",
                row -> row.getString(1),
                name);
    }

    /**
     * Asks for a value of any kind.
     *
     * @param purpose what it is for, as in "ask for the state of the archiver"
     * @param sql a query, whose first row's first column is the value
     * @param parameters for the query's places
     * @return the value as a text; empty if there is no row or the value is null
     * @throws ServerException if the server does not answer, or refuses
     * @throws InterruptedException if the thread was interrupted
     */
    public Optional<String> value(String purpose, String sql, String... parameters)
            throws ServerException, InterruptedException {
        return query(purpose, sql, row -> row.getString(1), parameters);
    }

    /**
     * Asks how the archiver fares.
     *
     * @return one line for the detail of an error
     * @throws ServerException if the server does not answer
     * @throws InterruptedException if the thread was interrupted
     */
    public String archiverState() throws ServerException, InterruptedException {
        return require("ask for the state of the archiver", """
                SELECT 'archive_mode is ' || current_setting('archive_mode')
                       || ', archived ' || archived_count
                       || coalesce(', last ' || last_archived_wal || ' at ' || last_archived_time, '')
                       || '; failed ' || failed_count
                       || coalesce(', last ' || last_failed_wal || ' at ' || last_failed_time, '')
                FROM pg_stat_archiver
                """, row -> row.getString(1));
    }

    /**
     * Asks for nothing, to learn whether the session still is.
     *
     * @throws ServerException if it is not
     * @throws InterruptedException if the thread was interrupted
     */
    public void ping() throws ServerException, InterruptedException {
        require("reach the session", "SELECT 1", row -> row.getInt(1));
    }

    /**
     * Starts a base backup: returns after the checkpoint it begins with, which may take minutes where it is spread. The
     * session must stay open until {@link #stopBackup}; {@link #close} and {@link #abort} give the backup up.
     *
     * @param label any text without line breaks, for people
     * @param checkpoint how to make the checkpoint
     * @return where the backup begins
     * @throws ServerException if the server refuses, or the session is lost
     * @throws InterruptedException if the thread was interrupted; the session is at its end
     */
    public BackupStart startBackup(String label, Checkpoint checkpoint) throws ServerException, InterruptedException {
        return require(
                "start a backup",
                functions.start(checkpoint),
                row -> {
                    // here, not in the caller's thread, which may have been interrupted by now
                    backupRunning = true;
                    return new BackupStart(Lsn.parse(row.getString(1)));
                },
                label);
    }

    /**
     * Stops the base backup this session started. Does not wait until its WAL is archived, except on 9.6 and older with
     * archiving switched on, which cannot do otherwise.
     *
     * @return where it ends, and the files that belong into it
     * @throws ServerException if the server refuses, or the session is lost
     * @throws LocalFileException if, on 9.5 and older, the label in the data directory cannot be read
     * @throws InterruptedException if the thread was interrupted; the session is at its end
     */
    public BackupStop stopBackup() throws ServerException, LocalFileException, InterruptedException {
        if (!backupRunning) {
            throw new IllegalStateException("this session has not started a backup");
        }
        if (functions == BackupFunctions.EXCLUSIVE) {
            return stopExclusiveBackup();
        }
        BackupStop stop = require(
                "stop the backup",
                functions.stop(),
                row -> new BackupStop(Lsn.parse(row.getString(1)), row.getBytes(2), bytes(row, 3)));
        backupRunning = false;
        return stop;
    }

    private static byte[] bytes(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }

    /** The label is in the data directory, from where the stop removes it. */
    private BackupStop stopExclusiveBackup() throws ServerException, LocalFileException, InterruptedException {
        Path data = dataDirectory()
                .orElseThrow(() -> new ServerException(
                        "cannot stop the backup on PostgreSQL at " + address,
                        "the role " + address.user() + " may not know where the data directory is, which has the label",
                        "Connect as a superuser."));
        byte[] label = readOrEmpty(data.resolve("backup_label"));
        byte[] map = readOrEmpty(data.resolve("tablespace_map"));
        if (label.length == 0) {
            throw new LocalFileException(
                    "no " + data.resolve("backup_label"),
                    "PostgreSQL 9.5 and older write it when a backup starts",
                    "Does this run on the server's machine, and has nobody else stopped the backup?");
        }
        Lsn lsn = require("stop the backup", functions.stop(), row -> Lsn.parse(row.getString(1)));
        backupRunning = false;
        return new BackupStop(lsn, label, map);
    }

    private static byte[] readOrEmpty(Path file) throws LocalFileException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (IOException e) {
            throw new LocalFileException("cannot read " + file, e.toString(), "May this user read it?", e);
        }
    }

    private <T> T require(String purpose, String sql, RowReader<T> reader, String... parameters)
            throws ServerException, InterruptedException {
        return query(purpose, sql, reader, parameters)
                .orElseThrow(() -> new ServerException(
                        "cannot " + purpose + " on PostgreSQL at " + address,
                        "the server returned nothing",
                        "Is this PostgreSQL, of a supported release?"));
    }

    /** Returns what the reader makes of the first row; empty if there is no row or the reader's result is null. */
    private <T> Optional<T> query(String purpose, String sql, RowReader<T> reader, String... parameters)
            throws ServerException, InterruptedException {
        try {
            return calls.call(() -> execute(sql, reader, parameters), late -> {});
        } catch (InterruptedException e) {
            abort();
            throw e;
        } catch (SQLException e) {
            throw aborted ? failures.aborted(purpose) : failures.executing(purpose, e, functions);
        }
    }

    private <T> Optional<T> execute(String sql, RowReader<T> reader, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.ofNullable(reader.read(row)) : Optional.empty();
            }
        }
    }

    /**
     * Ends the session at once, from any thread: cancels a statement under way, whose caller gets a
     * {@link ServerException}, and gives up a backup that was started. Never throws.
     */
    public void abort() {
        aborted = true;
        // the server does not notice that its client is gone while it waits for a checkpoint or the archiver
        Thread cancel = new Thread(this::cancelStatement, "walarchive-cancel");
        cancel.setDaemon(true);
        cancel.start();
        boolean interrupted = false;
        try {
            cancel.join(CANCEL_PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("action=abort_session server={} state=failed", address, e);
        }
        calls.finish();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void cancelStatement() {
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            LOG.debug("action=cancel_statement server={} state=failed", address, e);
        }
    }

    /**
     * Ends the session, and with it a backup that was started and not stopped. Never throws.
     */
    @Override
    public void close() {
        if (calls.isBusy() && !aborted) {
            abort();
        } else {
            closeQuietly(connection);
            calls.finish();
        }
        if (backupRunning && functions == BackupFunctions.EXCLUSIVE) {
            stopAbandonedBackup();
        }
        backupRunning = false;
    }

    /** An exclusive backup outlives its session; while it runs, no other can be started, so it is this session's. */
    private void stopAbandonedBackup() {
        boolean interrupted = Thread.interrupted();
        try (ServerSession other = open(address.connection(), Optional.of(functions))) {
            // the stop waits for the archiver, after the backup has come to its end
            other.query("bound the stop", "SELECT set_config('statement_timeout', '30s', false)", row -> "set");
            other.query("stop the abandoned backup", functions.stop(), row -> row.getString(1));
        } catch (ServerException | LocalFileException e) {
            LOG.warn("action=stop_abandoned_backup server={} state=failed detail={}", address, e.detail(), e);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("action=close_session state=failed", e);
        }
    }
}
