package org.walarchive.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;

/**
 * Variables that WAL-E, its libraries or the programs it calls read, and that are not read here: whoever set one is told what does the same.
 * Commands that PostgreSQL calls for each segment keep quiet.
 */
final class ForeignVariables {

    private static final String SERVER =
            "The server is found by PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD, PGPASSFILE,"
                    + " PGSSLMODE and PGOPTIONS.";

    /** Of libpq, which {@code psql} would have read. */
    private static final String[] LIBPQ = {
        "PGSERVICE",
        "PGSERVICEFILE",
        "PGHOSTADDR",
        "PGSSLROOTCERT",
        "PGSSLCERT",
        "PGSSLKEY",
        "PGSSLCRL",
        "PGREQUIREAUTH"
    };

    private ForeignVariables() {}

    /** Writes a warning for each that is set and would have mattered. */
    static void warn(Map<String, String> environment, Subcommand subcommand, String scheme, RecordLog log) {
        Map<String, String> hints = new LinkedHashMap<>();
        if (environment.getOrDefault("WALARCHIVE_RETRY_DEADLINE", "").isEmpty()) {
            hints.put(
                    "WALE_RETRIES",
                    "Set WALARCHIVE_RETRY_DEADLINE to the seconds for which a call is repeated; 60 is the default.");
        }
        if (scheme.equals("s3")) {
            hints.put(
                    "BOTO_CONFIG",
                    "Put the credential into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or into a profile that"
                            + " AWS_PROFILE names; time-outs into WALARCHIVE_S3_CONNECT_TIMEOUT and"
                            + " WALARCHIVE_S3_READ_TIMEOUT.");
        }
        if (subcommand == Subcommand.BACKUP_PUSH || subcommand == Subcommand.CHECK) {
            for (String variable : LIBPQ) {
                hints.put(variable, SERVER);
            }
        }
        hints.forEach((variable, hint) -> {
            if (!environment.getOrDefault(variable, "").isEmpty()) {
                log.write(Main.record(Severity.WARNING, variable + " is set, and not read", null, hint));
            }
        });
    }
}
