package org.walarchive.core.server;

import org.walarchive.BackupPushRequest.Checkpoint;

/** The functions that start and stop a base backup, whose names and arguments differ by release. */
enum BackupFunctions {
    /** To 9.5: the server writes the label into the data directory, and the backup outlives the session. */
    EXCLUSIVE(
            "pg_start_backup(?, %s)::text",
            "SELECT pg_stop_backup()::text", "Let the role be a superuser, or: ALTER ROLE %s REPLICATION"),
    /** 9.6, which cannot be told not to wait for the archiver. */
    FROM_9_6(
            "pg_start_backup(?, %s, false)::text",
            stop("pg_stop_backup(false)"),
            "Let a superuser execute, in this database: GRANT EXECUTE ON FUNCTION pg_start_backup(text, boolean, boolean),"
                    + " pg_stop_backup(boolean) TO %s"),
    FROM_10(
            "pg_start_backup(?, %s, false)::text",
            stop("pg_stop_backup(false, false)"),
            "Let a superuser execute, in this database: GRANT EXECUTE ON FUNCTION pg_start_backup(text, boolean, boolean),"
                    + " pg_stop_backup(boolean, boolean) TO %s"),
    FROM_15(
            "pg_backup_start(?, %s)::text",
            stop("pg_backup_stop(false)"),
            "Let a superuser execute, in this database: GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean),"
                    + " pg_backup_stop(boolean) TO %s");

    private final String start;
    private final String stop;
    private final String grant;

    BackupFunctions(String start, String stop, String grant) {
        this.start = start;
        this.stop = stop;
        this.grant = grant;
    }

    static BackupFunctions of(int versionNumber) {
        if (versionNumber >= 150000) {
            return FROM_15;
        }
        if (versionNumber >= 100000) {
            return FROM_10;
        }
        return versionNumber >= 90600 ? FROM_9_6 : EXCLUSIVE;
    }

    /** The files are converted to the encoding they have already, so that no conversion to the client's changes them. */
    private static String stop(String call) {
        return """
                SELECT lsn::text,
                       convert_to(labelfile, getdatabaseencoding()),
                       convert_to(spcmapfile, getdatabaseencoding())
                FROM %s""".formatted(call);
    }

    /** Returns a query with the label as its parameter and the LSN as its result. */
    String start(Checkpoint checkpoint) {
        return "SELECT " + start.formatted(checkpoint == Checkpoint.FAST ? "true" : "false");
    }

    /** Returns a query whose result is the LSN and, unless exclusive, the two files. */
    String stop() {
        return stop;
    }

    /** Returns how to give a role the right to call them. */
    String grant(String role) {
        return grant.formatted("\"" + role.replace("\"", "\"\"") + "\"") + ".";
    }
}
