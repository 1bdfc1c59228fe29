package org.walarchive.examples.embeddedagent;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveListener;

/** Commits what the engine tells as events of the Flight Recorder, which cost next to nothing while nobody records, and times segments. */
final class ArchivingEvents implements ArchiveListener {

    private final Timer segments;

    /**
     * Makes a listener, to be given to {@link org.walarchive.ArchiveConfig.Builder#listener}.
     *
     * @param segments is told how long each segment took
     */
    ArchivingEvents(Timer segments) {
        this.segments = segments;
    }

    /** The family is sealed, and grows: what is not known here is left alone. */
    @Override
    public void onEvent(ArchiveEvent event) {
        if (event instanceof ArchiveEvent.WalPushed pushed) {
            // One that PostgreSQL collects of what is durable already took no time, and is no second segment.
            if (!pushed.elapsed().isZero()) {
                segments.record(pushed.elapsed());
                new SegmentArchived(pushed).commit();
            }
        } else if (event instanceof ArchiveEvent.WalPushFailed failed) {
            new PushFailed(failed).commit();
        } else if (event instanceof ArchiveEvent.WalDropped dropped) {
            new SegmentDropped(dropped).commit();
        } else if (event instanceof ArchiveEvent.Retrying retrying) {
            new StoreRetried(retrying).commit();
        }
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }

    /** What all events have in common. */
    @Category("walarchive")
    @StackTrace(false)
    private abstract static class ArchivingEvent extends Event {

        @Label("WAL file")
        String walFile = "";
    }

    @Name("org.walarchive.SegmentArchived")
    @Label("Segment Archived")
    @Description("A WAL file is durable in the archive")
    private static final class SegmentArchived extends ArchivingEvent {

        @Label("Result")
        String result;

        @Label("Location")
        String location;

        @Label("Stored Bytes")
        @DataAmount
        long storedBytes;

        @Label("Elapsed")
        @Timespan
        long elapsed;

        SegmentArchived(ArchiveEvent.WalPushed pushed) {
            walFile = pushed.name().text();
            result = pushed.result().name();
            location = pushed.location();
            storedBytes = pushed.storedBytes();
            elapsed = nanos(pushed.elapsed());
        }
    }

    @Name("org.walarchive.PushFailed")
    @Label("Push Failed")
    @Description("A WAL file could not be archived; it is tried again")
    private static final class PushFailed extends ArchivingEvent {

        @Label("Cause")
        String cause;

        @Label("Retryable")
        boolean retryable;

        PushFailed(ArchiveEvent.WalPushFailed failed) {
            walFile = failed.name().text();
            cause = failed.cause().getMessage()
                    + failed.cause().detail().map(detail -> ": " + detail).orElse("");
            retryable = failed.cause().retryable();
        }
    }

    @Name("org.walarchive.SegmentDropped")
    @Label("Segment Dropped")
    @Description("A WAL file was given up, so that the server's disk does not fill")
    private static final class SegmentDropped extends ArchivingEvent {

        @Label("Cause")
        String cause;

        SegmentDropped(ArchiveEvent.WalDropped dropped) {
            walFile = dropped.name().text();
            cause = dropped.cause();
        }
    }

    @Name("org.walarchive.StoreRetried")
    @Label("Store Retried")
    @Description("A call of the store failed and is made again")
    private static final class StoreRetried extends ArchivingEvent {

        @Label("Operation")
        String operation;

        @Label("Attempt")
        int attempt;

        @Label("Cause")
        String cause;

        @Label("Delay")
        @Timespan
        long delay;

        StoreRetried(ArchiveEvent.Retrying retrying) {
            operation = retrying.operation();
            attempt = retrying.attempt();
            cause = retrying.cause();
            delay = nanos(retrying.delay());
        }
    }
}
