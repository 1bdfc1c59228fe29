package org.walarchive.core.backup;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.ConfigurationException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestorePlan;
import org.walarchive.StoreAccessException;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.UnreadableHere;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.wal.WalDownload;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;

/**
 * Reads the beginnings of the first and the last WAL segment of a recovery, so that a key or a library that lacks is found before a restore
 * writes anything: what puts WAL has other settings than what takes base backups, and either may have changed.
 */
final class WalEnds {

    private static final Logger LOG = LoggerFactory.getLogger(WalEnds.class);

    private static final String WAY_OUT = "Nothing was restored; --allow-missing-wal restores all the same.";

    private final ArchiveStore archive;
    private final BackupName backup;

    WalEnds(ArchiveStore archive, BackupName backup) {
        this.archive = archive;
        this.backup = backup;
    }

    /**
     * Requires that they can be read here, as far as their first bytes tell. That they are there was found out before. Of the last one a
     * warning tells if recovery may end before it, and if it is damaged.
     *
     * @throws ConfigurationException if a key or a library lacks
     * @throws CorruptArchiveException if the first one is damaged at its beginning
     */
    void require(RestorePlan.Wal wal, RecoveryTarget target) throws ArchiveException, InterruptedException {
        read(wal.first());
        if (wal.last().equals(wal.first())) {
            return;
        }
        try {
            read(wal.last());
        } catch (CorruptArchiveException e) {
            warn(e);
        } catch (ArchiveException e) {
            boolean passing = e instanceof StoreAccessException store && store.retryable();
            if (passing || isRead(wal, target)) {
                throw e;
            }
            warn(e);
        }
    }

    private static boolean isRead(RestorePlan.Wal wal, RecoveryTarget target) {
        return wal.lastSegment() == RestorePlan.LastSegment.KNOWN || target instanceof RecoveryTarget.EndOfWal;
    }

    private static void warn(ArchiveException e) {
        LOG.warn(
                "recovery fails if it gets so far: {}: {}",
                e.getMessage(),
                e.detail().orElse(""));
    }

    private void read(WalSegmentName segment) throws ArchiveException, InterruptedException {
        String doing = "read of WAL segment " + segment + ", which recovery from backup " + backup + " needs,";
        try {
            archive.retry().call("read of " + segment, () -> {
                Optional<WalDownload> found = WalDownload.open(archive, archive.direct(), WalFileName.of(segment));
                if (found.isPresent()) {
                    try (WalDownload download = found.get()) {
                        download.requireReadable(doing);
                    }
                }
                return null;
            });
        } catch (ConfigurationException e) {
            throw withWayOut(e);
        } catch (CorruptStreamException e) {
            throw new CorruptArchiveException(
                    doing + " failed",
                    "It is damaged: " + e.getMessage(),
                    "Is there another copy, on a standby or in the old server's pg_wal? Else restore another backup; backup-list"
                            + " shows them. " + WAY_OUT,
                    e);
        } catch (IOException e) {
            throw Failures.ofWork(doing, e);
        }
    }

    /** Returns the failure of a recovery whose WAL cannot be looked at here, since no segment tells its size. */
    ConfigurationException unreadable(UnreadableHere why) {
        return withWayOut(why.of(
                "read of the WAL that recovery from backup " + backup + " needs", archive.locate(ArchiveLayout.WAL)));
    }

    private static ConfigurationException withWayOut(ConfigurationException e) {
        return new ConfigurationException(
                e.getMessage(),
                e.detail().orElse(null),
                e.hint().map(hint -> hint + " ").orElse("") + WAY_OUT,
                e.getCause());
    }
}
