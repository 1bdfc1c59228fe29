package org.walarchive.core.check;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalService;
import org.walarchive.agent.AgentStatus;
import org.walarchive.check.CheckReport;
import org.walarchive.check.CheckRequest;
import org.walarchive.core.server.ServerSession;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.StoreException;
import org.walarchive.verification.VerificationService;

/** Checks continuous archiving: the store, the server, its archiver, the archive, and at last the whole way there and back. */
public final class Check {

    /** The last name of a timeline that no server has: what is never there. */
    private static final WalFileName NEVER = WalFileName.parse("FFFFFFFEFFFFFFFE00000000");

    /** Asks for the status of the agent of a directory. */
    @FunctionalInterface
    public interface AgentQuery {
        AgentStatus of(Path directory) throws ArchiveException;
    }

    private final ArchiveStore archive;
    private final WalService wal;
    private final VerificationService verification;
    private final AgentQuery agent;
    private final InstantSource clock;

    /** Makes the use case for an archive, on top of what it offers. */
    public Check(
            ArchiveStore archive,
            WalService wal,
            VerificationService verification,
            AgentQuery agent,
            InstantSource clock) {
        this.archive = archive;
        this.wal = wal;
        this.verification = verification;
        this.agent = agent;
        this.clock = clock;
    }

    /** See {@link org.walarchive.check.CheckService#run}. */
    public CheckReport run(CheckRequest request) throws InterruptedException {
        Instant begun = clock.instant();
        Results results = new Results();
        StoreChecks store = new StoreChecks(archive, clock, results);
        TimelineCheck timeline = new TimelineCheck(archive, results);
        boolean readable = store.run();
        boolean tried = results.attempt("server", () -> {
            try (ServerSession session = ServerSession.open(request.server())) {
                checkServer(session, store.cluster(), request, readable, results);
                if (readable) {
                    timeline.ask(session);
                }
            }
        });
        if (readable) {
            results.attempt(
                    "archive",
                    () -> timeline.compare(
                            new ArchiveChecks(verification, clock, results).run(request.maxBackupAge())));
            results.attempt("encryption", () -> new EncryptionCheck(archive, results).run());
            results.attempt("absence", () -> checkAbsence(results));
        }
        if (!tried || !readable) {
            results.skip("round-trip", "there is no server, or no archive, for it");
        }
        return new CheckReport(
                archive.config().location().toString(), begun, Duration.between(begun, clock.instant()), results.all());
    }

    private void checkServer(
            ServerSession session,
            Optional<SystemIdentifier> cluster,
            CheckRequest request,
            boolean readable,
            Results results)
            throws ArchiveException, StoreException, InterruptedException {
        new ServerChecks(session, results)
                .run(cluster, readable ? Optional.of(archive) : Optional.empty(), request.dataDirectory());
        new ArchiverChecks(session, clock, results).run(agent);
        if (request.roundTrip() == CheckRequest.RoundTrip.NONE) {
            results.skip("round-trip", "not asked for");
        } else if (readable) {
            results.attempt(
                    "round-trip", () -> new RoundTrip(session, archive, wal, results).run(request.archiveTimeout()));
        }
    }

    /** What recovery ends by: that a file is not there has to be said, and of nothing else. */
    private void checkAbsence(Results results) throws ArchiveException, InterruptedException {
        try (ScratchDirectory scratch = ScratchDirectory.of(NEVER.text())) {
            if (wal.fetch(NEVER, scratch.file()) == WalFetchResult.ABSENT) {
                results.ok("absence", "a segment that was never archived is said to be absent");
            } else {
                results.fail("absence", NEVER + " was delivered, though no server has it", "Who put it there?");
            }
        }
    }
}
