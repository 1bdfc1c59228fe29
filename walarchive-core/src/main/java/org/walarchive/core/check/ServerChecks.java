package org.walarchive.core.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.ServerException;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.server.ServerSession;
import org.walarchive.core.server.WalDirectory;
import org.walarchive.core.spool.ArchiveAddress;
import org.walarchive.core.spool.BegunArchive;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.StoreException;

/** Whether the server is the archive's, is set up for archiving, and may be backed up by this role. */
final class ServerChecks {

    private static final int OLDEST = 90500;
    private static final int NEWEST = 190000;

    private final ServerSession session;
    private final Results results;

    ServerChecks(ServerSession session, Results results) {
        this.session = session;
        this.results = results;
    }

    /**
     * Checks all of it.
     *
     * @param archived the archive's cluster, if it names one
     * @param archive the archive; empty if it cannot be read
     * @param expectedDirectory the data directory that was asked about
     */
    void run(Optional<SystemIdentifier> archived, Optional<ArchiveStore> archive, Optional<Path> expectedDirectory)
            throws ArchiveException, StoreException, InterruptedException {
        checkVersion();
        checkRights();
        checkCluster(archived, archive);
        checkDirectory(expectedDirectory);
        new ArchivingSettings(session, results).run();
        checkDurability();
        checkChecksums();
        checkConfigurationFiles();
        checkSlots();
    }

    private void checkVersion() throws ServerException, InterruptedException {
        int version = session.versionNumber();
        String text = session.versionText();
        if (version < OLDEST) {
            results.fail("server", text, "PostgreSQL 9.4 and older are not supported.");
        } else if (version >= NEWEST) {
            results.warn("server", text + ", which is newer than any that was tried", "Look for a newer walarchive.");
        } else {
            results.ok("server", text + (session.inRecovery() ? ", in recovery" : ""));
        }
    }

    private void checkRights() throws ServerException, InterruptedException {
        BackupRight right = BackupRight.of(session.versionNumber());
        if (!isTrue(right.question())) {
            results.fail("rights", "the role may not take base backups", right.hint());
        } else if (session.dataDirectory().isEmpty()) {
            results.warn(
                    "rights",
                    "the role may take base backups, and may not know the settings of all",
                    "As a superuser: GRANT pg_read_all_settings TO the role.");
        } else {
            results.ok("rights", "the role may take base backups");
        }
    }

    private boolean isTrue(String question) throws ServerException, InterruptedException {
        return session.value("ask for a right", question).filter("t"::equals).isPresent();
    }

    private void checkCluster(Optional<SystemIdentifier> archived, Optional<ArchiveStore> archive)
            throws ArchiveException, StoreException, InterruptedException {
        Optional<SystemIdentifier> asked = cluster();
        if (asked.isEmpty()) {
            results.skip("cluster", "PostgreSQL 9.5 does not tell it, and the server's directory cannot be read here");
            return;
        }
        SystemIdentifier cluster = asked.get();
        if (archive.isEmpty()) {
            results.skip("cluster", "cluster " + cluster + "; the archive cannot be read");
        } else if (archived.isEmpty() && isGone(archive.get(), cluster)) {
            results.fail(
                    "cluster",
                    "the archive is not the one that cluster " + cluster + " was pushed to before: it names no cluster",
                    "Is the file system mounted, and the bucket the same? Nothing is archived until that is known.");
        } else if (archived.isEmpty()) {
            results.ok("cluster", "cluster " + cluster + "; the archive becomes its with the first push");
        } else if (archived.get().equals(cluster)) {
            results.ok("cluster", "server and archive are of cluster " + cluster);
        } else {
            results.fail(
                    "cluster",
                    "the server is of cluster " + cluster + ", the archive of cluster " + archived.get(),
                    "Is the prefix right? Each cluster needs one of its own; initdb and pg_upgrade make a new cluster.");
        }
    }

    /** Whether the directory of WAL remembers that it was pushed there; the archive is asked after that, for it is told first. */
    private boolean isGone(ArchiveStore archive, SystemIdentifier cluster)
            throws ArchiveException, StoreException, InterruptedException {
        Optional<Path> wal = session.dataDirectory().flatMap(WalDirectory::in);
        return wal.isPresent()
                && BegunArchive.beside(wal.get(), ArchiveAddress.of(archive.config()))
                        .of(cluster)
                        .isPresent()
                && new ClusterIdentity(archive).read().isEmpty();
    }

    /** Up to 9.5 the control file alone tells which cluster it is. */
    private Optional<SystemIdentifier> cluster() throws ServerException, InterruptedException {
        if (session.hasControlFunctions()) {
            return Optional.of(session.systemIdentifier());
        }
        Optional<Path> data = session.dataDirectory();
        if (data.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ControlFile.read(data.get()).systemIdentifier());
        } catch (IOException | LocalFileException e) {
            return Optional.empty();
        }
    }

    private void checkDirectory(Optional<Path> expected) throws ServerException, InterruptedException {
        Optional<Path> actual = session.dataDirectory();
        if (expected.isEmpty() || actual.isEmpty()) {
            results.skip("data-directory", "no directory was given to compare with the server's");
            return;
        }
        try {
            if (expected.get().toRealPath().equals(actual.get().toRealPath())) {
                results.ok("data-directory", expected.get() + " is the server's");
                return;
            }
        } catch (IOException e) {
            results.fail(
                    "data-directory",
                    "cannot be looked at: " + e,
                    "Does this run on the server's machine, as its user?");
            return;
        }
        results.fail(
                "data-directory",
                "the server's is " + actual.get() + ", not " + expected.get(),
                "Do PGHOST and PGPORT lead to the server of that directory?");
    }

    private void checkDurability() throws ServerException, InterruptedException {
        if (isOff("fsync")) {
            results.fail("durability", "fsync is off: a crash may destroy the cluster", "Set fsync = on, and reload.");
        } else if (isOff("full_page_writes")) {
            results.warn(
                    "durability",
                    "full_page_writes is off: pages that a crash tears are not mended",
                    "Set full_page_writes = on, and reload.");
        } else {
            results.ok("durability", "fsync and full_page_writes are on");
        }
    }

    private void checkChecksums() throws ServerException, InterruptedException {
        if (isOff("data_checksums")) {
            results.warn(
                    "data-checksums",
                    "pages have no checksums: what a disk damages is backed up unnoticed",
                    "While the server is stopped: pg_checksums --enable (PostgreSQL 12 and newer).");
        } else {
            results.ok("data-checksums", "pages have checksums");
        }
    }

    private boolean isOff(String setting) throws ServerException, InterruptedException {
        return session.setting(setting).filter("off"::equals).isPresent();
    }

    private void checkConfigurationFiles() throws ServerException, InterruptedException {
        Optional<Path> data = session.dataDirectory();
        if (data.isEmpty()) {
            results.skip("configuration-files", "the role may not know where they are");
            return;
        }
        StringBuilder outside = new StringBuilder();
        for (String setting : List.of("config_file", "hba_file", "ident_file")) {
            Optional<String> file = session.setting(setting);
            if (file.isPresent() && !Path.of(file.get()).startsWith(data.get())) {
                outside.append(outside.length() == 0 ? "" : ", ").append(file.get());
            }
        }
        if (outside.length() > 0) {
            results.warn(
                    "configuration-files",
                    "outside of the data directory, and so in no base backup: " + outside,
                    "Keep copies of them elsewhere; a restored server needs them.");
        } else {
            results.ok("configuration-files", "in the data directory");
        }
    }

    private void checkSlots() throws ServerException, InterruptedException {
        if (!session.hasWalNames() || session.inRecovery()) {
            results.skip("replication-slots", "looked at on a primary of PostgreSQL 10 or newer");
            return;
        }
        Optional<String> idle = session.value("look at the replication slots", """
                SELECT string_agg(slot_name || ' keeps '
                                  || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), ', ')
                FROM pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL
                """);
        boolean bounded = session.setting("max_slot_wal_keep_size")
                .filter(limit -> !limit.equals("-1"))
                .isPresent();
        if (idle.isPresent() && !bounded) {
            results.warn(
                    "replication-slots",
                    "nobody uses, and WAL is kept without limit for: " + idle.get(),
                    "Drop what is not used (pg_drop_replication_slot), or set max_slot_wal_keep_size.");
        } else {
            results.ok("replication-slots", "none keeps WAL without limit");
        }
    }
}
