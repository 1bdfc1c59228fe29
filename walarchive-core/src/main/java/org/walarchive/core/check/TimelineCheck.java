package org.walarchive.core.check;

import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import org.walarchive.ServerException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.server.ServerSession;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.TimelineId;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.VerificationReport;

/** Whether the archive has a newer timeline than the server is on: what is restored by default is another server's then. */
final class TimelineCheck {

    private static final String NAME = "timeline";

    private final ArchiveStore archive;
    private final Results results;
    private Optional<TimelineId> ofServer = Optional.empty();

    TimelineCheck(ArchiveStore archive, Results results) {
        this.archive = archive;
        this.results = results;
    }

    /** Asks for the timeline that the server writes now. */
    void ask(ServerSession session) throws ServerException, InterruptedException {
        if (session.inRecovery()) {
            results.skip(NAME, "a server in recovery goes where its primary goes");
            return;
        }
        ofServer(Optional.of(session.writtenTimeline()));
    }

    void ofServer(Optional<TimelineId> timeline) {
        ofServer = timeline;
    }

    /** Compares with what the archive has; says nothing where no server could be asked. */
    void compare(VerificationReport report) throws StoreException {
        Optional<TimelineId> newest =
                report.timelines().stream().map(TimelineReport::timeline).max(Comparator.naturalOrder());
        if (ofServer.isEmpty() || newest.isEmpty()) {
            return;
        }
        TimelineId own = ofServer.get();
        if (newest.get().compareTo(own) <= 0) {
            results.ok(NAME, "the server is on timeline " + own + ", and the archive has none that is newer");
            return;
        }
        results.warn(
                NAME,
                "the server is on timeline " + own + ", and the archive has timeline " + newest.get()
                        + since(newest.get()) + ": another server archives here, or did",
                "Was a restored copy started without --clone, and promoted? Give it a prefix of its own. LATEST and"
                        + " --recover follow timeline " + newest.get() + "; --target-timeline " + own
                        + " restores this server's: docs/restore.md. If the other is the primary now, stop this one.");
    }

    private String since(TimelineId timeline) throws StoreException {
        return archive.list(ArchiveLayout.WAL + timeline.toHex() + ".history", ListDepth.IMMEDIATE).stream()
                .map(BlobInfo::lastModified)
                .min(Comparator.naturalOrder())
                .map(put -> " since " + put.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
    }
}
