package org.walarchive.core.check;

/**
 * How a server of a release is asked whether the session's role may take base backups.
 *
 * @param question a query whose result is true or false
 * @param hint how to give the right
 */
record BackupRight(String question, String hint) {

    private static final int FIRST_WITH_GRANTS = 90600;
    private static final int BACKUP_FUNCTIONS_RENAMED = 150000;

    static BackupRight of(int versionNumber) {
        if (versionNumber < FIRST_WITH_GRANTS) {
            // a role that replicates may start one, and may not know the directory that has its label
            return new BackupRight(
                    "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
                    "Connect as a superuser: PostgreSQL 9.5 tells no other role where the data directory is.");
        }
        String start = versionNumber >= BACKUP_FUNCTIONS_RENAMED
                ? "pg_backup_start(text, boolean)"
                : "pg_start_backup(text, boolean, boolean)";
        return new BackupRight(
                "SELECT has_function_privilege('pg_catalog." + start + "', 'execute')",
                "As a superuser: GRANT EXECUTE ON FUNCTION " + start + " TO the role, and the same for the stop.");
    }
}
