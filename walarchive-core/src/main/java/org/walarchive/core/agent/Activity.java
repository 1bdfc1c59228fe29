package org.walarchive.core.agent;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushResult;
import org.walarchive.agent.AgentStatus;

/** Counts what the agent does. Thread-safe. */
final class Activity {

    private static final int SECONDS = 60;

    private final InstantSource clock;
    private final long[] perSecond = new long[SECONDS];
    private final Instant begun;
    private long newestSecond;
    private long archived;
    private long storedBytes;
    private long pushFailures;
    private long pushFailuresInARow;
    private long dropped;
    private @Nullable Instant lastArchived;
    private long fetched;
    private long absent;
    private long fetchFailures;
    private AgentStatus.@Nullable Failure lastFailure;

    Activity(InstantSource clock) {
        this.clock = clock;
        this.begun = clock.instant();
        this.newestSecond = begun.getEpochSecond();
    }

    Instant begun() {
        return begun;
    }

    /** Hears of the engine's events. */
    synchronized void onEvent(ArchiveEvent event) {
        // Without any time that passed, it was archived before, and asked for now.
        if (event instanceof ArchiveEvent.WalPushed pushed && !pushed.elapsed().isZero()) {
            archived++;
            storedBytes += pushed.storedBytes();
            pushFailuresInARow = 0;
            lastArchived = clock.instant();
            turnTo(lastArchived.getEpochSecond());
            perSecond[(int) (newestSecond % SECONDS)]++;
        } else if (event instanceof ArchiveEvent.WalDropped gone) {
            pushFailures++;
            pushFailuresInARow++;
            dropped += gone.result() == WalPushResult.DROPPED ? 1 : 0;
            failed(gone.name() + " was not archived (" + gone.result() + ")", gone.cause());
        }
    }

    synchronized void pushFailed(String file, Exception cause) {
        pushFailures++;
        pushFailuresInARow++;
        failed("archiving of " + file, cause);
    }

    synchronized void delivered(WalFetchResult result) {
        switch (result) {
            case FETCHED -> fetched++;
            case ABSENT -> absent++;
        }
    }

    synchronized void fetchFailed(String file, Exception cause) {
        fetchFailures++;
        failed("fetch of " + file, cause);
    }

    /** Something else went wrong. */
    synchronized void failed(String doing, Exception cause) {
        String detail = cause instanceof ArchiveException failure
                ? failure.detail().map(d -> ": " + d).orElse("")
                : "";
        failed(doing, cause.getMessage() + detail);
    }

    private synchronized void failed(String doing, String cause) {
        String text = doing + ": " + cause;
        lastFailure = new AgentStatus.Failure(text.replaceAll("\\s+", " "), clock.instant());
    }

    private void turnTo(long second) {
        for (long next = Math.max(newestSecond + 1, second - SECONDS + 1); next <= second; next++) {
            perSecond[(int) (next % SECONDS)] = 0;
        }
        newestSecond = Math.max(newestSecond, second);
    }

    synchronized AgentStatus.Archiving archiving() {
        turnTo(clock.instant().getEpochSecond());
        long recent = 0;
        for (long count : perSecond) {
            recent += count;
        }
        long since = Math.max(1, Math.min(SECONDS, newestSecond - begun.getEpochSecond() + 1));
        return new AgentStatus.Archiving(
                archived,
                storedBytes,
                (double) recent / since,
                Optional.ofNullable(lastArchived),
                pushFailures,
                pushFailuresInARow);
    }

    synchronized long dropped() {
        return dropped;
    }

    synchronized AgentStatus.Fetching fetching(long prefetched) {
        return new AgentStatus.Fetching(fetched, prefetched, absent, fetchFailures);
    }

    synchronized Optional<AgentStatus.Failure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }
}
