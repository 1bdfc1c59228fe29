package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.ReadRateLimit;
import org.walarchive.WalFetchResult;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.AgentStatus;
import org.walarchive.agent.ArchiveAgent;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;

/** The agent of one server. */
public final class Agent implements ArchiveAgent {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** Between two looks at the place, the cluster and the acknowledgements; and at ready files, should an event be lost. */
    private static final Duration ROUND = Duration.ofSeconds(1);

    private static final Duration SHORTEST_ROUND = Duration.ofMillis(20);

    /** After as long without a round, the agent hangs. */
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(20);

    private static final Duration SELF_CHECK = Duration.ofSeconds(5);

    private final AgentRequest request;
    private final Optional<String> address;
    private final WorkFactory works;
    private final Activity activity;
    private final InstantSource clock;
    private final ReadRateLimit readRate = ReadRateLimit.none();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Parts parts;
    private volatile @Nullable Throwable crash;
    private volatile long roundNanos;
    private volatile boolean refusing;
    private boolean closed;

    /** Makes what does the work, once the place is known. */
    @FunctionalInterface
    interface WorkFactory {
        ArchiveWork open(WalPlace place, AgentRequest request, Activity activity);
    }

    /** What there is from the start on. */
    private record Parts(
            WalPlace place,
            Presence presence,
            Clients clients,
            ArchiveWork work,
            StatusChanges changes,
            Optional<MetricsServer> metrics) {}

    Agent(AgentRequest request, Optional<String> address, WorkFactory works, InstantSource clock) {
        this.request = request;
        this.address = address;
        this.works = works;
        this.clock = clock;
        this.activity = new Activity(clock);
    }

    @Override
    public synchronized void start() throws ArchiveException {
        if (parts != null || closed) {
            throw new IllegalStateException("the agent was started before");
        }
        WalPlace place = WalPlace.of(request.directory());
        Answering answering = new Answering(place);
        Clients clients = new Clients(answering, Clients.Limits.DEFAULT);
        Presence presence = new Presence(place, address, request.socket(), clients::take);
        Optional<MetricsServer> metrics = Optional.empty();
        try {
            if (request.metricsPort().isPresent()) {
                metrics = Optional.of(MetricsServer.open(
                        request.metricsPort().getAsInt(), () -> MetricsText.of(status(), clock.instant())));
            }
            ArchiveWork work = works.open(place, request, activity);
            answering.work = work;
            presence.take();
            parts = new Parts(place, presence, clients, work, new StatusChanges(place.status()), metrics);
        } finally {
            if (parts == null) {
                metrics.ifPresent(MetricsServer::close);
                clients.close();
                if (answering.work != null) {
                    answering.work.close();
                }
            }
        }
        roundNanos = System.nanoTime();
        Parts started = parts;
        begin("agent-ahead", () -> workAhead(started));
        begin("agent-watch", () -> watch(started));
        LOG.info("the agent serves {}", place.walDirectory());
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private void begin(String name, Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (InterruptedException e) {
                        LOG.debug("{} was interrupted", name);
                    } catch (RuntimeException | Error e) {
                        crash = e;
                        try {
                            LOG.error("the agent failed", e);
                        } finally {
                            // Left alone, it would go on answering with errors, and nobody else would archive.
                            close();
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void workAhead(Parts at) throws InterruptedException {
        LastDone last = at.presence().replacesKilled() ? LastDone.of(at.place()) : new LastDone();
        while (!isStopping()) {
            if (!last.isEmpty() && at.presence().isTaken() && !refusing) {
                last.next(at.work(), activity);
            }
            long looked = System.nanoTime();
            if (!at.presence().isTaken() || refusing || !at.work().ahead()) {
                at.changes().await(ROUND);
                // Of a server that writes much there are hundreds of changes a second, and each look lists a directory.
                TimeUnit.NANOSECONDS.sleep(looked + SHORTEST_ROUND.toNanos() - System.nanoTime());
            }
        }
    }

    private void watch(Parts at) throws InterruptedException {
        Optional<SystemIdentifier> cluster = at.place().cluster();
        boolean complained = false;
        while (!stopping.await(ROUND.toNanos(), TimeUnit.NANOSECONDS)) {
            roundNanos = System.nanoTime();
            complained = keepPlace(at, complained);
            Optional<SystemIdentifier> now = at.place().cluster();
            if (cluster.isEmpty()) {
                cluster = now;
            }
            look(cluster, now);
            at.work().sweep();
        }
    }

    /** Says once what is wrong, and whether it was. */
    private synchronized boolean keepPlace(Parts at, boolean complained) {
        try {
            if (isStopping()) {
                return complained;
            }
            if (!at.place().isThere()) {
                if (at.presence().isTaken()) {
                    LOG.warn("{} is gone; the agent waits for it", at.place().walDirectory());
                    activity.failed(at.place().walDirectory().toString(), new IOException("the directory is gone"));
                    at.presence().close();
                }
                return complained;
            }
            if (at.presence().keep()) {
                at.changes().renew();
            }
            return false;
        } catch (IOException | LocalFileException e) {
            if (!complained) {
                LOG.error("the agent cannot keep its place in {}", at.place().spool(), e);
                activity.failed(at.place().spool().toString(), e);
            }
            return true;
        }
    }

    /** The archive's own record of its cluster would keep another's segments out, too. */
    private void look(Optional<SystemIdentifier> first, Optional<SystemIdentifier> now) {
        boolean other = first.isPresent() && now.isPresent() && !first.equals(now);
        if (other && !refusing) {
            IOException cause = new IOException("it is of cluster " + now.get() + ", and was of " + first.get());
            LOG.error(
                    "{} has another cluster: the agent refuses to work until it is restarted, or the cluster is back",
                    request.directory(),
                    cause);
            activity.failed(request.directory().toString(), cause);
        }
        refusing = other;
    }

    @Override
    public AgentStatus status() {
        Parts at = parts;
        return new AgentStatus(
                state(at),
                at == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(ProcessHandle.current().pid()),
                at == null ? Optional.empty() : address,
                at == null ? Optional.empty() : Optional.of(activity.begun()),
                at == null
                        ? OptionalInt.empty()
                        : at.metrics()
                                .map(metrics -> OptionalInt.of(metrics.port()))
                                .orElse(OptionalInt.empty()),
                readRate.bytesPerSecond(),
                at == null ? AgentStatus.Backlog.EMPTY : BacklogScan.of(at.place()),
                activity.archiving(),
                at == null ? Optional.empty() : at.work().untilRetry().map(clock.instant()::plus),
                activity.fetching(at == null ? 0 : at.work().prefetched()),
                activity.lastFailure(),
                at == null
                        ? AgentStatus.Dropped.NONE
                        : DroppedScan.of(
                                at.place(), activity.dropped(), at.work().unnoted()));
    }

    private AgentStatus.State state(@Nullable Parts at) {
        if (at == null || ended.getCount() == 0) {
            return AgentStatus.State.NONE;
        } else if (isStopping()) {
            return AgentStatus.State.STOPPING;
        } else if (!at.presence().isTaken()) {
            return AgentStatus.State.WAITING;
        }
        return refusing ? AgentStatus.State.REFUSING : AgentStatus.State.RUNNING;
    }

    @Override
    public ReadRateLimit clusterReadRateLimit() {
        return readRate;
    }

    @Override
    public boolean isResponsive() {
        Parts at = parts;
        if (at == null || isStopping() || System.nanoTime() - roundNanos > LONGEST_ROUND.toNanos()) {
            return false;
        }
        if (!at.presence().isTaken()) {
            return true;
        }
        try (Connection connection = Connection.to(at.place().socket())) {
            connection.limit(SELF_CHECK);
            connection.write(new byte[] {Message.CHECK, 0, 3});
            return connection.input().read() >= 0;
        } catch (IOException e) {
            LOG.warn("the agent does not answer itself", e);
            return false;
        }
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        ended.await();
        if (crash != null) {
            throw new IllegalStateException("the agent failed", crash);
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopping.countDown();
        Parts at = parts;
        if (at != null) {
            LOG.info("the agent of {} stops", at.place().walDirectory());
            at.presence().stopListening();
            try {
                long end = System.nanoTime() + request.stopPatience().toNanos();
                at.clients().awaitIdle(request.stopPatience());
                at.work().awaitIdle(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            at.clients().close();
            at.work().close();
            at.changes().close();
            at.presence().close();
            at.metrics().ifPresent(MetricsServer::close);
        }
        ended.countDown();
    }

    /** What clients get. */
    private final class Answering implements Requests {

        private final WalPlace place;
        private volatile @Nullable ArchiveWork work;

        Answering(WalPlace place) {
            this.place = place;
        }

        private @Nullable ArchiveWork willing() {
            return isStopping() || refusing ? null : work;
        }

        @Override
        public Answer check() {
            return willing() == null ? Answer.ERROR : Answer.OK;
        }

        @Override
        public Answer push(WalFileName name) {
            ArchiveWork at = willing();
            if (at == null) {
                return Answer.ERROR;
            }
            try {
                for (WalFileName wanted : WantedFiles.of(name, place.walDirectory())) {
                    at.push(wanted);
                }
                return Answer.OK;
            } catch (ArchiveException | IOException e) {
                LOG.error("{} could not be archived{}", name, explained(e), e);
                activity.pushFailed(name.text(), e);
                return Answer.ERROR;
            } catch (InterruptedException e) {
                LOG.warn("archiving of {} was ended, for the agent stops", name);
                return Answer.ERROR;
            }
        }

        @Override
        public Optional<Answer> fetch(FetchArguments arguments) {
            ArchiveWork at = willing();
            if (at == null) {
                return Optional.empty();
            }
            Path target = place.dataDirectory().resolve(arguments.target());
            try {
                WalFetchResult result = at.fetch(arguments.name(), target);
                activity.delivered(result);
                return Optional.of(
                        switch (result) {
                            case FETCHED -> Answer.OK;
                            case ABSENT -> Answer.ABSENT;
                        });
            } catch (ArchiveException e) {
                LOG.error("{} could not be fetched{}", arguments.name(), explained(e), e);
                activity.fetchFailed(arguments.name().text(), e);
                return Optional.of(Answer.ERROR);
            } catch (InterruptedException e) {
                LOG.warn("fetch of {} was ended, for the agent stops", arguments.name());
                return Optional.empty();
            }
        }

        /** What the command would have printed: who and what, and what to do about it. A stack trace does not tell. */
        private static String explained(Exception e) {
            return e instanceof ArchiveException known
                    ? known.detail().map(text -> ". DETAIL: " + text).orElse("")
                            + known.hint().map(text -> " HINT: " + text).orElse("")
                    : "";
        }

        @Override
        public String status() {
            return StatusText.of(Agent.this.status());
        }

        @Override
        public ReadRateLimit readRate() {
            return readRate;
        }
    }
}
