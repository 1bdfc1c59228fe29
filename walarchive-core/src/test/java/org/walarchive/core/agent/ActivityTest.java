package org.walarchive.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.walarchive.ArchiveEvent;
import org.walarchive.WalPushResult;
import org.walarchive.postgres.WalFileName;

final class ActivityTest {

    private static final ArchiveEvent PUSHED = new ArchiveEvent.WalPushed(
            WalFileName.parse("00000001000000000000000A"),
            WalPushResult.ARCHIVED,
            "memory://m/x",
            10,
            Duration.ofMillis(1));

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final Activity activity = new Activity(() -> now);

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
    }

    @Test
    void theRateIsThatOfTheLastMinute() {
        for (int i = 0; i < 30; i++) {
            activity.onEvent(PUSHED);
            activity.onEvent(PUSHED);
            pass(1);
        }
        assertEquals(60.0 / 31, activity.archiving().filesPerSecond());
        pass(29);
        assertEquals(1.0, activity.archiving().filesPerSecond());
        pass(15);
        assertEquals(0.5, activity.archiving().filesPerSecond(), 0.05);
        pass(15);
        assertEquals(0.0, activity.archiving().filesPerSecond());
        pass(100_000);
        activity.onEvent(PUSHED);
        assertEquals(1 / 60.0, activity.archiving().filesPerSecond());
        assertEquals(61, activity.archiving().files());
        assertEquals(610, activity.archiving().storedBytes());
    }

    @Test
    void failuresInARowEndWithASuccess() {
        activity.pushFailed("00000001000000000000000A", new IOException("no\nspace"));
        activity.pushFailed("00000001000000000000000A", new IOException("no\nspace"));
        assertEquals(2, activity.archiving().failuresInARow());
        activity.onEvent(PUSHED);
        assertEquals(0, activity.archiving().failuresInARow());
        assertEquals(2, activity.archiving().failures());
        assertEquals(
                "archiving of 00000001000000000000000A: no space",
                activity.lastFailure().orElseThrow().message());
    }

    @Test
    void aClockThatIsSetBackDoesNoHarm() {
        activity.onEvent(PUSHED);
        pass(-1000);
        activity.onEvent(PUSHED);
        assertEquals(2.0, activity.archiving().filesPerSecond());
    }
}
