package org.walarchive.examples;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Stands in for {@code psql -Atc}: runs a statement through the server's Unix socket and prints what it returns. */
public final class Sql {

    private Sql() {}

    /**
     * Runs a statement on the server that {@code PGHOST} (a directory), {@code PGPORT}, {@code PGUSER} and
     * {@code PGDATABASE} name.
     *
     * @param arguments the statement
     */
    public static void main(String[] arguments) {
        try (Connection connection = connect(System.getenv());
                Statement statement = connection.createStatement()) {
            if (statement.execute(arguments[0])) {
                print(statement.getResultSet());
            }
        } catch (SQLException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static Connection connect(Map<String, String> environment) throws SQLException {
        Properties properties = new Properties();
        Path socket = Path.of(environment.get("PGHOST"), ".s.PGSQL." + environment.get("PGPORT"));
        PGProperty.SOCKET_FACTORY.set(properties, UnixSocketFactory.class.getName());
        PGProperty.SOCKET_FACTORY_ARG.set(properties, socket.toString());
        PGProperty.USER.set(properties, environment.get("PGUSER"));
        return new Driver().connect("jdbc:postgresql://localhost/" + environment.get("PGDATABASE"), properties);
    }

    private static void print(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            StringJoiner line = new StringJoiner("|");
            for (int column = 1; column <= columns; column++) {
                String value = rows.getString(column);
                line.add(value == null ? "" : value);
            }
            System.out.println(line);
        }
    }
}
