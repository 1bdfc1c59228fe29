package org.walarchive.core.agent;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.walarchive.agent.AgentStatus;
import org.walarchive.postgres.WalFileName;

/** A status as lines of {@code name=value}; what is not known has no line. An agent and a command may be of different releases. */
final class StatusText {

    private StatusText() {}

    static String of(AgentStatus status) {
        StringBuilder text = new StringBuilder();
        line(text, "state", Optional.of(status.state()));
        line(text, "process", boxed(status.processId()));
        line(text, "address", status.address());
        line(text, "started", status.startedAt());
        line(
                text,
                "metrics.port",
                status.metricsPort().isPresent()
                        ? Optional.of(status.metricsPort().getAsInt())
                        : Optional.empty());
        line(text, "read.rate", boxed(status.readRateLimit()));
        line(text, "backlog.files", Optional.of(status.backlog().files()));
        line(text, "backlog.acknowledged", Optional.of(status.backlog().acknowledged()));
        line(text, "backlog.oldest", status.backlog().oldest());
        line(text, "backlog.oldest.since", status.backlog().oldestSince());
        line(text, "archived.files", Optional.of(status.archiving().files()));
        line(text, "archived.bytes", Optional.of(status.archiving().storedBytes()));
        line(text, "archived.rate", Optional.of(status.archiving().filesPerSecond()));
        line(text, "archived.last", status.archiving().lastAt());
        line(text, "archived.failures", Optional.of(status.archiving().failures()));
        line(text, "archived.failures.row", Optional.of(status.archiving().failuresInARow()));
        line(text, "next.attempt", status.nextAttemptAt());
        line(text, "fetched.files", Optional.of(status.fetching().files()));
        line(text, "fetched.ahead", Optional.of(status.fetching().prefetched()));
        line(text, "fetched.absent", Optional.of(status.fetching().absent()));
        line(text, "fetched.failures", Optional.of(status.fetching().failures()));
        line(text, "dropped.files", Optional.of(status.dropped().files()));
        line(text, "dropped.noted", Optional.of(status.dropped().noted()));
        line(text, "dropped.postponed", Optional.of(status.dropped().postponed()));
        line(text, "dropped.last", status.dropped().last());
        line(text, "dropped.last.at", status.dropped().lastAt());
        line(text, "failure", status.lastFailure().map(AgentStatus.Failure::message));
        line(text, "failure.at", status.lastFailure().map(AgentStatus.Failure::at));
        return text.toString();
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    private static void line(StringBuilder text, String name, Optional<?> value) {
        value.ifPresent(v -> text.append(name)
                .append('=')
                .append(String.valueOf(v).replaceAll("[\\r\\n]", " "))
                .append('\n'));
    }

    /**
     * Reads what {@link #of} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static AgentStatus parse(String text) {
        Map<String, String> lines = new HashMap<>();
        for (String line : text.split("\n")) {
            int end = line.indexOf('=');
            if (end > 0) {
                lines.put(line.substring(0, end), line.substring(end + 1));
            }
        }
        Reader reader = new Reader(lines);
        Optional<Long> process = reader.value("process", Long::valueOf);
        Optional<Long> readRate = reader.value("read.rate", Long::valueOf);
        Optional<Integer> port = reader.value("metrics.port", Integer::valueOf);
        return new AgentStatus(
                reader.value("state", AgentStatus.State::valueOf)
                        .orElseThrow(() -> new IllegalArgumentException("there is no state")),
                process.isPresent() ? OptionalLong.of(process.get()) : OptionalLong.empty(),
                reader.value("address", Function.identity()),
                reader.value("started", StatusText::instant),
                port.isPresent() ? OptionalInt.of(port.get()) : OptionalInt.empty(),
                readRate.isPresent() ? OptionalLong.of(readRate.get()) : OptionalLong.empty(),
                new AgentStatus.Backlog(
                        reader.number("backlog.files"),
                        reader.number("backlog.acknowledged"),
                        reader.value("backlog.oldest", WalFileName::parse),
                        reader.value("backlog.oldest.since", StatusText::instant)),
                new AgentStatus.Archiving(
                        reader.number("archived.files"),
                        reader.number("archived.bytes"),
                        reader.value("archived.rate", Double::valueOf).orElse(0.0),
                        reader.value("archived.last", StatusText::instant),
                        reader.number("archived.failures"),
                        reader.number("archived.failures.row")),
                reader.value("next.attempt", StatusText::instant),
                new AgentStatus.Fetching(
                        reader.number("fetched.files"),
                        reader.number("fetched.ahead"),
                        reader.number("fetched.absent"),
                        reader.number("fetched.failures")),
                reader.value("failure", Function.identity())
                        .map(message -> new AgentStatus.Failure(
                                message,
                                reader.value("failure.at", StatusText::instant).orElse(Instant.EPOCH))),
                new AgentStatus.Dropped(
                        reader.number("dropped.files"),
                        reader.number("dropped.noted"),
                        reader.number("dropped.postponed"),
                        reader.value("dropped.last", WalFileName::parse),
                        reader.value("dropped.last.at", StatusText::instant)));
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a time", e);
        }
    }

    private record Reader(Map<String, String> lines) {

        <T> Optional<T> value(String name, Function<String, T> parser) {
            return Optional.ofNullable(lines.get(name)).map(parser);
        }

        long number(String name) {
            return value(name, Long::valueOf).orElse(0L);
        }
    }
}
