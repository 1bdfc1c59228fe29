package org.walarchive.core.tar;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.BackupPushRequest.ConfigurationFiles;

/**
 * What of a data directory is not in a base backup, by name. The list is that of PostgreSQL's own base backup
 * (basebackup.c of PostgreSQL 18) with what an earlier recovery, WAL-E and WAL-G leave behind. Directories are named by
 * their path in the data directory, which is empty for itself.
 */
final class ScanRules {

    static final Set<String> WAL_DIRECTORIES = Set.of("pg_wal", "pg_xlog");

    private static final Set<String> EMPTIED_AT_TOP = Set.of(
            "pg_wal",
            "pg_xlog",
            "pg_log",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_subtrans");
    private static final Set<String> EMPTIED_ANYWHERE = Set.of("pg_stat_tmp", ".wal-e", ".wal-g");
    private static final String TEMPORARY_PREFIX = "pgsql_tmp";

    private static final Set<String> LEFT_OUT_AT_TOP = Set.of(
            "postmaster.pid",
            "postmaster.opts",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "tablespace_map.old",
            "backup_manifest",
            "backup_manifest.tmp",
            "recovery.conf",
            "recovery.done",
            "recovery.signal",
            "standby.signal",
            "promote",
            "fallback_promote",
            "postgresql.auto.conf.tmp",
            "current_logfiles.tmp");
    private static final Set<String> CONFIGURATION = Set.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf");
    private static final Pattern LEFT_OUT_ANYWHERE = Pattern.compile("pg_internal\\.init(\\.[0-9]+)?|\\.DS_Store");

    private static final Pattern TABLESPACE = Pattern.compile("pg_tblspc/[0-9]+");
    /** A server keeps everything in {@code PG_<release>_<catalog version>}, and nothing beside it (relpath.h). */
    private static final Pattern BESIDE_TABLESPACE =
            Pattern.compile("(pg_tblspc/[0-9]+)/(?!PG_[0-9][^/]*(?:/|$)).*", Pattern.DOTALL);

    private static final Pattern SPOOL = Pattern.compile("(pg_wal|pg_xlog)/\\.walarchive(/.*)?", Pattern.DOTALL);

    private static final Pattern DATABASE = Pattern.compile("(base|pg_tblspc/[0-9]+/PG_[^/]+)/[0-9]+");

    private final ConfigurationFiles configurationFiles;

    ScanRules(ConfigurationFiles configurationFiles) {
        this.configurationFiles = configurationFiles;
    }

    /** Tells whether a directory is kept without what is in it. */
    boolean isEmptied(String parent, String entry) {
        return parent.isEmpty() && EMPTIED_AT_TOP.contains(entry)
                || EMPTIED_ANYWHERE.contains(entry)
                || entry.startsWith(TEMPORARY_PREFIX);
    }

    /** Tells whether a directory is left out with what is in it. */
    boolean isDropped(String parent, String entry) {
        return entry.equals("lost+found")
                && (parent.isEmpty() || TABLESPACE.matcher(parent).matches());
    }

    /** Tells whether what is not a directory is left out. */
    boolean isLeftOut(String parent, String entry) {
        if (entry.startsWith(TEMPORARY_PREFIX)
                || LEFT_OUT_ANYWHERE.matcher(entry).matches()) {
            return true;
        }
        if (parent.isEmpty()) {
            return LEFT_OUT_AT_TOP.contains(entry)
                    || configurationFiles == ConfigurationFiles.LEAVE_OUT && CONFIGURATION.contains(entry);
        }
        // pg_control is read last of all, by the backup itself
        return parent.equals("global") && entry.equals("pg_control");
    }

    /** Tells whether a path is that of a tablespace's link. */
    static boolean isTablespace(String name) {
        return TABLESPACE.matcher(name).matches();
    }

    /** Returns the path of the tablespace's link where a path leads through one to what no server keeps there. */
    static Optional<String> besideTablespace(String name) {
        Matcher matcher = BESIDE_TABLESPACE.matcher(name);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Tells whether a path is in the directory in which we note what was archived or fetched, and where our agent listens. */
    static boolean isSpool(String name) {
        return SPOOL.matcher(name).matches();
    }

    /** Tells whether a directory holds the relations of a database. */
    static boolean isDatabase(String name) {
        return DATABASE.matcher(name).matches();
    }
}
