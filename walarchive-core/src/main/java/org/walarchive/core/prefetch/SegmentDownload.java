package org.walarchive.core.prefetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.wal.WalDownload;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.StoreException;

/**
 * Fetches a segment into an area. A failure is of no importance and is not tried again: when the server asks for the segment, it is
 * fetched with all patience, and what hinders that is reported.
 */
final class SegmentDownload {

    private static final Logger LOG = LoggerFactory.getLogger(SegmentDownload.class);

    /** For how long the archive's cluster need not be read again. */
    private static final Duration TRUSTED = Duration.ofSeconds(10);

    private final ArchiveStore archive;
    private final PrefetchArea area;
    private @Nullable Optional<SystemIdentifier> cluster;
    private long clusterRead;

    /** What became of it. */
    enum End {
        OFFERED,
        ABSENT,
        FAILED
    }

    /**
     * A download that ended.
     *
     * @param end how
     * @param size how large the cluster's segments are, if one was offered
     */
    record Outcome(End end, Optional<WalSegmentSize> size) {
        static final Outcome FAILURE = new Outcome(End.FAILED, Optional.empty());
    }

    SegmentDownload(ArchiveStore archive, PrefetchArea area) {
        this.archive = archive;
        this.area = area;
    }

    /** Fetches one; returns when it waits in the area, durable, or nothing of it is there. */
    Outcome run(WalSegmentName segment) {
        try {
            return fetch(segment);
        } catch (IOException | ArchiveException e) {
            LOG.debug("segment {} was not prefetched: {}", segment, e.toString());
            return Outcome.FAILURE;
        }
    }

    private Outcome fetch(WalSegmentName segment) throws IOException, ArchiveException {
        Optional<SystemIdentifier> known = cluster();
        Optional<WalDownload> found = WalDownload.open(archive, archive.direct(), WalFileName.of(segment));
        if (found.isEmpty()) {
            return new Outcome(End.ABSENT, Optional.empty());
        }
        boolean offered = false;
        try (WalDownload download = found.get();
                FileChannel file = area.create(segment)) {
            byte[] head = download.copyTo(file, known);
            file.force(true);
            area.offer(segment, head);
            offered = true;
            return new Outcome(End.OFFERED, WalPageHeader.parse(head).flatMap(WalPageHeader::walSegmentSize));
        } finally {
            if (!offered) {
                area.remove(segment);
            }
        }
    }

    private synchronized Optional<SystemIdentifier> cluster() throws StoreException, ArchiveException {
        if (cluster == null || System.nanoTime() - clusterRead > TRUSTED.toNanos()) {
            cluster = new ClusterIdentity(archive).read();
            clusterRead = System.nanoTime();
        }
        return cluster;
    }
}
