package org.walarchive.examples.embeddedagent;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.walarchive.agent.AgentStatus;

/**
 * An agent's status as meters. It is asked when the meters are read, and at most once a second, since each look reads {@code archive_status}.
 *
 * <p>Two alerts say most: {@code walarchive.queue.oldest.age} beyond some minutes, and no such meter at all.
 */
final class AgentMeters implements MeterBinder {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Supplier<AgentStatus> agent;
    private final InstantSource clock;
    private AgentStatus last;
    private Instant lastAt;

    /**
     * Makes the meters of an agent.
     *
     * @param agent such as {@code archiveAgent::status}
     * @param clock says how long the oldest file has waited
     */
    AgentMeters(Supplier<AgentStatus> agent, InstantSource clock) {
        this.agent = agent;
        this.clock = clock;
        this.last = agent.get();
        this.lastAt = clock.instant();
    }

    /** The timer of segments, for {@link ArchivingEvents}: a listener hears of each, a status has sums only. */
    static Timer segments(MeterRegistry registry) {
        return Timer.builder("walarchive.segment")
                .description("how long it took to make a segment durable")
                .register(registry);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "queue.files",
                "WAL files that are not durable yet",
                status -> status.backlog().files());
        gauge(registry, "trouble", "1 while a person should look", status -> status.isInTrouble() ? 1 : 0);
        gauge(
                registry,
                "failures.row",
                "failures since the last success",
                status -> status.archiving().failuresInARow());
        gauge(
                registry,
                "dropped.noted",
                "WAL files that are missing in the archive for good",
                status -> status.dropped().noted());
        age(
                registry,
                "queue.oldest.age",
                "how long the oldest WAL file has waited",
                status -> status.backlog().age(clock.instant()));
        age(
                registry,
                "success.age",
                "since when no WAL file became durable, from the start at the latest",
                this::quiet);
        counter(
                registry,
                "archived.files",
                "WAL files that became durable",
                status -> status.archiving().files());
        counter(
                registry,
                "archived.bytes",
                "what they take in the store",
                status -> status.archiving().storedBytes());
        counter(
                registry,
                "failures",
                "attempts to archive that failed",
                status -> status.archiving().failures());
        counter(
                registry,
                "fetched.files",
                "WAL files delivered to a server in recovery",
                status -> status.fetching().files());
    }

    private Duration quiet(AgentStatus status) {
        Instant since = status.archiving().lastAt().or(status::startedAt).orElse(clock.instant());
        return Duration.between(since, clock.instant());
    }

    private void gauge(MeterRegistry registry, String name, String what, ToDoubleFunction<AgentStatus> value) {
        Gauge.builder("walarchive." + name, this, meters -> value.applyAsDouble(meters.status()))
                .description(what)
                .register(registry);
    }

    private void age(MeterRegistry registry, String name, String what, Function<AgentStatus, Duration> value) {
        TimeGauge.builder(
                        "walarchive." + name,
                        this,
                        TimeUnit.MILLISECONDS,
                        meters -> value.apply(meters.status()).toMillis())
                .description(what)
                .register(registry);
    }

    private void counter(MeterRegistry registry, String name, String what, ToDoubleFunction<AgentStatus> value) {
        FunctionCounter.builder("walarchive." + name, this, meters -> value.applyAsDouble(meters.status()))
                .description(what)
                .register(registry);
    }

    private synchronized AgentStatus status() {
        Instant now = clock.instant();
        if (Duration.between(lastAt, now).compareTo(FRESH) >= 0) {
            last = agent.get();
            lastAt = now;
        }
        return last;
    }
}
