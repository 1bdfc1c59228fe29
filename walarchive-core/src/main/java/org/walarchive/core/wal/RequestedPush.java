package org.walarchive.core.wal;

import java.nio.file.Path;
import java.time.Duration;
import org.walarchive.ArchiveException;
import org.walarchive.WalPushRequest;
import org.walarchive.WalPushResult;
import org.walarchive.core.identity.KnownCluster;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;

/**
 * One call of {@code archive_command}: archives the file that is asked for, beside it others that are ready, and goes on with these for a moment,
 * so that a backlog is drained by few processes. What becomes of the others changes nothing for the caller.
 */
public final class RequestedPush {

    /** How long after the file is durable others are still begun, and then how long those under way are waited for. */
    private static final Duration PATIENCE =
            Duration.ofSeconds(WalPushRequest.AHEAD_SECONDS).dividedBy(2);

    private final ArchiveStore archive;
    private final KnownCluster cluster;
    private final Duration patience;

    /** Makes the use case for an archive of which the cluster may be known from an earlier push. */
    public RequestedPush(ArchiveStore archive, KnownCluster cluster) {
        this(archive, cluster, PATIENCE);
    }

    RequestedPush(ArchiveStore archive, KnownCluster cluster, Duration patience) {
        this.archive = archive;
        this.cluster = cluster;
        this.patience = patience;
    }

    /** See {@link org.walarchive.WalService#push(WalPushRequest)}. */
    public WalPushResult push(WalPushRequest request) throws ArchiveException, InterruptedException {
        WalFileName name = WalPush.nameOf(request.file());
        Path directory = request.file().resolveSibling("");
        int threads = request.poolSize() - 1;
        try (ReadyPush pushes = new ReadyPush(archive, cluster, directory, threads)) {
            WalPushResult result =
                    new AskedPush(archive, pushes, directory).push(name, threads == 0 ? 0 : WalPushRequest.AHEAD_FILES);
            if (threads > 0 && isArchived(result)) {
                finish(pushes);
            }
            return result;
        }
    }

    /** A store that fails is not worth waiting for others. */
    private static boolean isArchived(WalPushResult result) {
        return switch (result) {
            case ARCHIVED, ALREADY_ARCHIVED -> true;
            case DROPPED, POSTPONED -> false;
        };
    }

    /** The file is durable, and nothing is allowed to change that: not even an interrupt. */
    private void finish(ReadyPush pushes) {
        try {
            pushes.spool().sweep();
            if (!pushes.awaitIdle(patience)) {
                pushes.stopAhead();
                pushes.awaitIdle(patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
