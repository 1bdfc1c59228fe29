package org.walarchive.core.drill;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.walarchive.core.server.UnixSocketFactory;
import org.walarchive.drill.DrillReport.QueryResult;

/** A session on a drill's server. An interrupt ends what it does with an {@link SQLException}. */
final class DrillSession implements AutoCloseable {

    /** The port in the name of the socket. */
    static final int PORT = 5432;

    private final Connection connection;

    private DrillSession(Connection connection) {
        this.connection = connection;
    }

    static DrillSession open(Path socketDirectory, String user, String database) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PG_DBNAME.set(properties, database);
        PGProperty.APPLICATION_NAME.set(properties, "walarchive drill");
        PGProperty.CONNECT_TIMEOUT.set(properties, "30");
        PGProperty.SSL_MODE.set(properties, "disable");
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        PGProperty.SOCKET_FACTORY.set(properties, UnixSocketFactory.class.getName());
        PGProperty.SOCKET_FACTORY_ARG.set(
                properties, socketDirectory.resolve(".s.PGSQL." + PORT).toString());
        Connection connection = new Driver().connect("jdbc:postgresql://localhost/", properties);
        if (connection == null) {
            throw new SQLException("the driver does not know its URL");
        }
        return new DrillSession(connection);
    }

    String version() throws SQLException {
        return first("SHOW server_version").orElseThrow();
    }

    /** Returns when the last transaction that was replayed was committed. */
    Optional<Instant> lastTransaction() throws SQLException {
        return first("SELECT (1000000 * extract(epoch FROM pg_catalog.pg_last_xact_replay_timestamp()))"
                        + "::pg_catalog.numeric(30, 0)")
                .map(Long::parseLong)
                .map(micros -> Instant.ofEpochSecond(
                        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L));
    }

    private Optional<String> first(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return Optional.ofNullable(row.getString(1));
        }
    }

    /** Executes statements and returns the result of the last that has rows; one without columns if none has. */
    QueryResult query(String sql) throws SQLException {
        QueryResult last = new QueryResult(List.of(), List.of(), false);
        connection.setAutoCommit(false); // so that rows come as they are read
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(100);
            boolean hasRows = statement.execute(sql);
            while (hasRows || statement.getUpdateCount() >= 0) {
                if (hasRows) {
                    last = read(statement.getResultSet());
                }
                hasRows = statement.getMoreResults();
            }
        }
        connection.commit();
        return last;
    }

    private static QueryResult read(ResultSet rows) throws SQLException {
        ResultSetMetaData about = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int column = 1; column <= about.getColumnCount(); column++) {
            columns.add(about.getColumnLabel(column));
        }
        List<List<@Nullable String>> values = new ArrayList<>();
        while (values.size() < QueryResult.MAX_ROWS && rows.next()) {
            List<@Nullable String> row = new ArrayList<>();
            for (int column = 1; column <= columns.size(); column++) {
                row.add(bounded(rows.getString(column)));
            }
            values.add(Collections.unmodifiableList(row));
        }
        return new QueryResult(columns, values, values.size() == QueryResult.MAX_ROWS && rows.next());
    }

    private static @Nullable String bounded(@Nullable String value) {
        return value == null || value.length() <= QueryResult.MAX_CHARACTERS
                ? value
                : value.substring(0, QueryResult.MAX_CHARACTERS);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            return; // the server ends anyway
        }
    }
}
