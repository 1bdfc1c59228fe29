package org.walarchive;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.walarchive.stability.Stable;

/**
 * How to reach the PostgreSQL server, in libpq's terms. Immutable. {@link #toString} never shows the password.
 */
@Stable
public final class ServerConnection {

    private final Optional<String> host;
    private final int port;
    private final Optional<String> user;
    private final String database;
    private final Optional<String> password;
    private final Optional<String> passwordFile;
    private final Optional<String> sslMode;
    private final Optional<String> options;

    private ServerConnection(Builder builder) {
        host = builder.host;
        port = builder.port;
        user = builder.user;
        database = builder.database;
        password = builder.password;
        passwordFile = builder.passwordFile;
        sslMode = builder.sslMode;
        options = builder.options;
    }

    /**
     * Starts with libpq's defaults: a Unix socket in {@code /var/run/postgresql} or {@code /tmp}, port 5432, the
     * operating system's user name, database {@code postgres}.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads libpq's variables: {@code PGHOST}, {@code PGPORT}, {@code PGUSER}, {@code PGDATABASE}, {@code PGPASSWORD},
     * {@code PGPASSFILE}, {@code PGSSLMODE}, {@code PGOPTIONS}.
     *
     * @param environment variables by name
     * @return the parameters
     * @throws IllegalArgumentException if {@code PGPORT} is not a port
     */
    public static ServerConnection fromEnvironment(Map<String, String> environment) {
        Builder builder = builder();
        value(environment, "PGHOST").ifPresent(builder::host);
        value(environment, "PGPORT").ifPresent(text -> builder.port(port(text)));
        value(environment, "PGUSER").ifPresent(builder::user);
        value(environment, "PGDATABASE").ifPresent(builder::database);
        value(environment, "PGPASSWORD").ifPresent(builder::password);
        value(environment, "PGPASSFILE").ifPresent(builder::passwordFile);
        value(environment, "PGSSLMODE").ifPresent(builder::sslMode);
        value(environment, "PGOPTIONS").ifPresent(builder::options);
        return builder.build();
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("PGPORT \"" + text + "\" is not a port number", e);
        }
    }

    /**
     * Returns the host name, or the directory of the Unix socket if it begins with {@code /}.
     *
     * @return the host; empty for libpq's default directories of Unix sockets
     */
    public Optional<String> host() {
        return host;
    }

    /**
     * Returns the port.
     *
     * @return 1 to 65535
     */
    public int port() {
        return port;
    }

    /**
     * Returns the role.
     *
     * @return the role; empty for the operating system's user name
     */
    public Optional<String> user() {
        return user;
    }

    /**
     * Returns the database.
     *
     * @return its name
     */
    public String database() {
        return database;
    }

    /**
     * Returns the password.
     *
     * @return the password, if one was given
     */
    public Optional<String> password() {
        return password;
    }

    /**
     * Returns the file with passwords.
     *
     * @return its path; empty for {@code ~/.pgpass}
     */
    public Optional<String> passwordFile() {
        return passwordFile;
    }

    /**
     * Returns libpq's {@code sslmode}.
     *
     * @return the mode; empty for the driver's default
     */
    public Optional<String> sslMode() {
        return sslMode;
    }

    /**
     * Returns command-line options for the session.
     *
     * @return such as {@code -c search_path=x}
     */
    public Optional<String> options() {
        return options;
    }

    /** Returns host, port, user and database. */
    @Override
    public String toString() {
        return "host=" + host.orElse("(local socket)") + " port=" + port + " user=" + user.orElse("(default)")
                + " dbname=" + database;
    }

    /** Builds connection parameters. */
    public static final class Builder {
        private Optional<String> host = Optional.empty();
        private int port = 5432;
        private Optional<String> user = Optional.empty();
        private String database = "postgres";
        private Optional<String> password = Optional.empty();
        private Optional<String> passwordFile = Optional.empty();
        private Optional<String> sslMode = Optional.empty();
        private Optional<String> options = Optional.empty();

        private Builder() {}

        /**
         * Sets the host.
         *
         * @param value a name, an address, or the absolute path of the directory of a Unix socket
         * @return this
         */
        public Builder host(String value) {
            host = Optional.of(value);
            return this;
        }

        /**
         * Sets the port.
         *
         * @param value 1 to 65535
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder port(int value) {
            if (value < 1 || value > 65535) {
                throw new IllegalArgumentException("port " + value + " is not in 1 to 65535");
            }
            port = value;
            return this;
        }

        /**
         * Sets the role.
         *
         * @param value its name
         * @return this
         */
        public Builder user(String value) {
            user = Optional.of(value);
            return this;
        }

        /**
         * Sets the database.
         *
         * @param value its name
         * @return this
         */
        public Builder database(String value) {
            database = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the password.
         *
         * @param value the password
         * @return this
         */
        public Builder password(String value) {
            password = Optional.of(value);
            return this;
        }

        /**
         * Sets the file with passwords.
         *
         * @param value its path, in the format of {@code ~/.pgpass}
         * @return this
         */
        public Builder passwordFile(String value) {
            passwordFile = Optional.of(value);
            return this;
        }

        /**
         * Sets libpq's {@code sslmode}.
         *
         * @param value such as {@code verify-full}
         * @return this
         */
        public Builder sslMode(String value) {
            sslMode = Optional.of(value);
            return this;
        }

        /**
         * Sets command-line options for the session.
         *
         * @param value such as {@code -c search_path=x}
         * @return this
         */
        public Builder options(String value) {
            options = Optional.of(value);
            return this;
        }

        /**
         * Makes the parameters.
         *
         * @return the parameters
         */
        public ServerConnection build() {
            return new ServerConnection(this);
        }
    }
}
