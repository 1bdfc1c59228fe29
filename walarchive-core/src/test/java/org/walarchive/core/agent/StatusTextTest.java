package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.walarchive.agent.AgentStatus;
import org.walarchive.postgres.WalFileName;

final class StatusTextTest {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:10.5Z");

    static final AgentStatus FULL = new AgentStatus(
            AgentStatus.State.RUNNING,
            OptionalLong.of(42),
            Optional.of("s3://bucket/a=b AWS_REGION=x"),
            Optional.of(Instant.parse("2026-03-01T11:00:00Z")),
            OptionalInt.of(9187),
            OptionalLong.of(2_000_000),
            new AgentStatus.Backlog(
                    7,
                    2,
                    Optional.of(WalFileName.parse("00000001000000000000000A")),
                    Optional.of(Instant.parse("2026-03-01T12:00:00Z"))),
            new AgentStatus.Archiving(100, 5_000_000_000_000L, 1.25, Optional.of(NOW), 3, 1),
            Optional.of(NOW.plusSeconds(4)),
            new AgentStatus.Fetching(9, 8, 1, 4),
            Optional.of(new AgentStatus.Failure("archiving of x: the store = down", NOW)),
            new AgentStatus.Dropped(
                    5, 6, 1, Optional.of(WalFileName.parse("000000010000000000000004")), Optional.of(NOW)));

    private static final AgentStatus EMPTY = new AgentStatus(
            AgentStatus.State.NONE,
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            AgentStatus.Backlog.EMPTY,
            AgentStatus.Archiving.NONE,
            Optional.empty(),
            AgentStatus.Fetching.NONE,
            Optional.empty(),
            AgentStatus.Dropped.NONE);

    @Test
    void whatIsWrittenIsRead() {
        assertEquals(FULL, StatusText.parse(StatusText.of(FULL)));
        assertEquals(EMPTY, StatusText.parse(StatusText.of(EMPTY)));
    }

    @Test
    void linesOfALaterReleaseAreSkipped() {
        assertEquals(FULL, StatusText.parse("new.thing=1\n" + StatusText.of(FULL) + "another\n"));
    }

    @Test
    void somethingElseIsRefused() {
        for (String text : new String[] {"", "hello", "state=DANCING", "state=RUNNING\nstarted=yesterday"}) {
            assertThrows(IllegalArgumentException.class, () -> StatusText.parse(text), text);
        }
    }

    @Test
    void metrics() {
        String text = MetricsText.of(FULL, NOW);
        for (String line : new String[] {
            "walarchive_agent_state{state=\"running\"} 1\n",
            "walarchive_agent_state{state=\"refusing\"} 0\n",
            "walarchive_agent_next_attempt_timestamp_seconds 1772366414.5\n",
            "walarchive_agent_start_time_seconds 1772362800\n",
            "walarchive_agent_cluster_read_rate_limit_bytes_per_second 2000000\n",
            "# TYPE walarchive_agent_backlog_files gauge\nwalarchive_agent_backlog_files 7\n",
            "walarchive_agent_backlog_acknowledged_files 2\n",
            "walarchive_agent_backlog_oldest_age_seconds 10.5\n",
            "# TYPE walarchive_agent_archived_files_total counter\nwalarchive_agent_archived_files_total 100\n",
            "walarchive_agent_archived_stored_bytes_total 5000000000000\n",
            "walarchive_agent_last_archived_timestamp_seconds 1772366410.5\n",
            "walarchive_agent_archive_failures_in_a_row 1\n",
            "# TYPE walarchive_agent_dropped_files_total counter\nwalarchive_agent_dropped_files_total 5\n",
            "walarchive_agent_dropped_files_noted 6\n",
            "walarchive_agent_postponed_files 1\n",
            "walarchive_agent_fetched_prefetched_files_total 8\n"
        }) {
            assertEquals(1, text.split(Pattern.quote(line), -1).length - 1, line + "in\n" + text);
        }
    }
}
