package org.walarchive.core.server;

import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.walarchive.ServerException;

/** Makes of the driver's exceptions those of the archive, with what a person can do about them. */
final class ServerFailures {

    private final ServerAddress address;

    ServerFailures(ServerAddress address) {
        this.address = address;
    }

    /** The connection could not be made. */
    ServerException connecting(SQLException failure) {
        return new ServerException(
                "cannot connect to PostgreSQL at " + address + " as " + address.user(),
                detail(failure),
                connectHint(failure),
                failure);
    }

    /**
     * A statement failed.
     *
     * @param purpose what it was for, as in "start a backup"
     */
    ServerException executing(String purpose, SQLException failure, BackupFunctions functions) {
        return new ServerException(
                "cannot " + purpose + " on PostgreSQL at " + address,
                detail(failure),
                executeHint(failure, functions),
                failure);
    }

    /** The session was ended by {@link ServerSession#abort} or an interrupt. */
    ServerException aborted(String purpose) {
        return new ServerException(
                "cannot " + purpose + " on PostgreSQL at " + address,
                "the session was aborted",
                "Was the operation interrupted or cancelled?");
    }

    private static String detail(SQLException failure) {
        StringBuilder text = new StringBuilder();
        ServerErrorMessage server = failure instanceof PSQLException e ? e.getServerErrorMessage() : null;
        if (server == null) {
            text.append(failure.getMessage());
            Throwable cause = failure.getCause();
            if (cause != null && cause.getMessage() != null && text.indexOf(cause.getMessage()) < 0) {
                text.append(": ").append(cause.getMessage());
            }
        } else {
            text.append("the server says: ").append(server.getMessage());
            Optional.ofNullable(server.getDetail())
                    .ifPresent(more -> text.append("; ").append(more));
            Optional.ofNullable(server.getHint())
                    .ifPresent(more -> text.append(" (").append(more).append(')'));
        }
        return text.append(" [SQLSTATE ")
                .append(failure.getSQLState())
                .append(']')
                .toString();
    }

    private String connectHint(SQLException failure) {
        return switch (String.valueOf(failure.getSQLState())) {
            case "28P01" ->
                "Is the password right? It is taken from PGPASSWORD, or from the file PGPASSFILE or ~/.pgpass, which only its"
                        + " owner may read.";
            case "28000" ->
                "Does the role exist, and does pg_hba.conf let it in? With peer authentication the role must have the name of"
                        + " the operating system's user, or PGUSER be set.";
            case "08004" ->
                "Does the server ask for a password? Give it in PGPASSWORD, or in the file PGPASSFILE or ~/.pgpass.";
            case "53300" -> "Raise max_connections or superuser_reserved_connections, or the role's connection limit.";
            case "3D000" -> "Any database will do; set PGDATABASE to one that exists.";
            case "57P03" -> "Is the server still starting, or a standby with hot_standby=off?";
            case "08001", "08006" ->
                address.socket().isPresent()
                        ? "Is the server running, with this directory in unix_socket_directories and this port?"
                        : "Is the server running, with this address in listen_addresses, and is no firewall in between?";
            default -> "See the server's log for more.";
        };
    }

    private String executeHint(SQLException failure, BackupFunctions functions) {
        return switch (String.valueOf(failure.getSQLState())) {
            case "42501" -> functions.grant(address.user());
            case "55000" ->
                "Has the server wal_level replica or higher, is no other backup in the way, and was a standby not promoted?";
            case "57014" -> "Who cancelled the statement? The server's log may say.";
            case "08000", "08003", "08006", "57P01", "57P02", "57P05" ->
                "A backup needs its session from start to stop, or the server gives it up. Was the server restarted, or is a"
                        + " connection pooler in between? Connect to the server itself.";
            default -> "See the server's log for more.";
        };
    }
}
