package org.walarchive.core.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.WalFetchResult;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.ArchiveAgent;
import org.walarchive.core.prefetch.Prefetch;
import org.walarchive.core.prefetch.PrefetchRemains;
import org.walarchive.core.spool.ArchiveAddress;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.wal.AskedPush;
import org.walarchive.core.wal.ReadyPush;
import org.walarchive.postgres.WalFileName;

/** Pushes to and fetches from an archive. */
public final class StoreWork implements ArchiveWork {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final ReadyPush pushes;
    private final AskedPush asked;
    private final Prefetch fetches;
    private final Path walDirectory;

    private StoreWork(ArchiveStore archive, WalPlace place, AgentRequest request, Activity activity) {
        ArchiveStore counted = archive.listening(activity::onEvent);
        this.pushes = new ReadyPush(counted, place.walDirectory(), request.threads());
        this.asked = new AskedPush(counted, pushes, place.walDirectory());
        this.fetches = new Prefetch(archive, place.walDirectory(), request.prefetch(), Prefetch.DEFAULT_THREADS);
        this.walDirectory = place.walDirectory();
        pushes.tellFailures((name, cause) -> activity.pushFailed(name.text(), cause));
    }

    /** Makes an agent that works for an archive. */
    public static ArchiveAgent agent(ArchiveStore archive, AgentRequest request) {
        return new Agent(
                request,
                ArchiveAddress.of(archive.config()),
                (place, same, activity) -> new StoreWork(archive, place, same, activity),
                InstantSource.system());
    }

    @Override
    public void push(WalFileName name) throws ArchiveException, InterruptedException {
        asked.push(name, 0);
    }

    @Override
    public boolean ahead() throws InterruptedException {
        boolean begun = pushes.ahead() > 0;
        boolean busy = !pushes.awaitThread(Duration.ZERO);
        if (busy) {
            pushes.awaitThread(LONGEST_WAIT);
        }
        return begun || busy;
    }

    @Override
    public Optional<Duration> untilRetry() {
        return pushes.untilRetry();
    }

    @Override
    public void sweep() {
        pushes.spool().sweep();
        PrefetchRemains.remove(walDirectory);
    }

    @Override
    public WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException, InterruptedException {
        return fetches.fetch(name, target);
    }

    @Override
    public long prefetched() {
        return fetches.handedOver();
    }

    @Override
    public long unnoted() {
        return asked.unnoted();
    }

    @Override
    public void awaitIdle(Duration longest) throws InterruptedException {
        pushes.awaitIdle(longest);
    }

    @Override
    public void close() {
        fetches.close();
        pushes.close();
    }
}
