package org.walarchive.core.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ServerLogTest {

    @Test
    @DisplayName("what turns a client away while the server ends does not hide why it ends")
    void theLastComplaintIsWhatEndedTheServer() {
        List<String> lines = List.of(
                "2026-03-01 12:00:00 UTC [1] LOG:  starting PostgreSQL 17.11",
                "2026-03-01 12:00:00 UTC [3] FATAL:  the database system is starting up",
                "2026-03-01 12:00:01 UTC [2] FATAL:  could not locate required checkpoint record at 0/2000080",
                "2026-03-01 12:00:01 UTC [4] FATAL:  the database system is in recovery mode");
        assertEquals(
                Optional.of("could not locate required checkpoint record at 0/2000080"),
                ServerLog.lastComplaint(lines));
        assertEquals(Optional.empty(), ServerLog.lastComplaint(lines.subList(0, 2)));
    }
}
