package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SightingTest {

    @Test
    void itIsFreshForAMoment() {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
        Sighting sighting = new Sighting(clock::get);
        assertFalse(sighting.isFresh());
        sighting.now();
        assertTrue(sighting.isFresh());
        clock.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
        assertTrue(sighting.isFresh());
        clock.incrementAndGet();
        assertFalse(sighting.isFresh());
        sighting.now();
        assertTrue(sighting.isFresh());
    }
}
