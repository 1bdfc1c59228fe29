package org.walarchive.core.agent;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.walarchive.agent.AgentStatus;

/** A status in the text form of Prometheus, version 0.0.4. */
final class MetricsText {

    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(AgentStatus status, Instant now) {
        MetricsText metrics = new MetricsText();
        metrics.about("state", "gauge", "What the agent does: 1 for the state it is in.");
        for (AgentStatus.State state : AgentStatus.State.values()) {
            if (state != AgentStatus.State.NONE) {
                metrics.line(
                        "state{state=\"" + state.name().toLowerCase(Locale.ROOT) + "\"}",
                        status.state() == state ? 1 : 0);
            }
        }
        metrics.time("start_time_seconds", "When the agent was started.", status.startedAt());
        metrics.value(
                "cluster_read_rate_limit_bytes_per_second",
                "gauge",
                "What base backups may read, as the agent was told; 0 for nothing told.",
                status.readRateLimit().orElse(0));
        metrics.backlog(status.backlog(), now);
        metrics.time(
                "next_attempt_timestamp_seconds",
                "When what failed is archived again unless it is asked for before; 0 for nothing failed.",
                status.nextAttemptAt());
        metrics.archiving(status.archiving());
        metrics.dropped(status.dropped());
        AgentStatus.Fetching fetching = status.fetching();
        metrics.value("fetched_files_total", "counter", "WAL files delivered.", fetching.files());
        metrics.value(
                "fetched_prefetched_files_total",
                "counter",
                "WAL files delivered that had been fetched ahead.",
                fetching.prefetched());
        metrics.value(
                "fetched_absent_files_total",
                "counter",
                "WAL files asked for that are not in the archive.",
                fetching.absent());
        metrics.value("fetch_failures_total", "counter", "Attempts to fetch that failed.", fetching.failures());
        return metrics.text.toString();
    }

    private void backlog(AgentStatus.Backlog backlog, Instant now) {
        value("backlog_files", "gauge", "WAL files that are ready and not archived.", backlog.files());
        value(
                "backlog_acknowledged_files",
                "gauge",
                "WAL files that are archived, and PostgreSQL has yet to hear so.",
                backlog.acknowledged());
        about("backlog_oldest_age_seconds", "gauge", "For how long the oldest WAL file waits to be archived.");
        line("backlog_oldest_age_seconds", backlog.age(now).toMillis() / 1000.0);
    }

    private void archiving(AgentStatus.Archiving archiving) {
        value("archived_files_total", "counter", "WAL files archived.", archiving.files());
        value("archived_stored_bytes_total", "counter", "What they take in the store.", archiving.storedBytes());
        time(
                "last_archived_timestamp_seconds",
                "When the last WAL file was archived; 0 for never.",
                archiving.lastAt());
        value("archive_failures_total", "counter", "Attempts to archive that failed.", archiving.failures());
        value(
                "archive_failures_in_a_row",
                "gauge",
                "Attempts to archive that failed since the last success.",
                archiving.failuresInARow());
    }

    private void dropped(AgentStatus.Dropped dropped) {
        value(
                "dropped_files_total",
                "counter",
                "WAL files that were not archived, as WALARCHIVE_QUEUE_MAX demands.",
                dropped.files());
        value(
                "dropped_files_noted",
                "gauge",
                "WAL files that pg_wal/.walarchive/dropped names, or should.",
                dropped.noted());
        value(
                "postponed_files",
                "gauge",
                "Histories of timelines that PostgreSQL takes for archived and are yet to be.",
                dropped.postponed());
    }

    private void value(String name, String type, String help, long value) {
        about(name, type, help);
        line(name, value);
    }

    private void time(String name, String help, Optional<Instant> time) {
        about(name, "gauge", help);
        line(name, time.map(at -> at.toEpochMilli() / 1000.0).orElse(0.0));
    }

    private void about(String name, String type, String help) {
        text.append("# HELP walarchive_agent_")
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        text.append("# TYPE walarchive_agent_")
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private void line(String name, double value) {
        String number = value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : new BigDecimal(Double.toString(value)).toPlainString();
        text.append("walarchive_agent_").append(name).append(' ').append(number).append('\n');
    }
}
