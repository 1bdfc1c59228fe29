package org.walarchive.core.drill;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class TimeLimitTest {

    @Test
    void interruptsWhenItIsOver() {
        TimeLimit limit = new TimeLimit(Duration.ofMillis(1));
        assertThrows(InterruptedException.class, () -> new CountDownLatch(1).await());
        assertTrue(limit.lift());
        assertTrue(limit.lift());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void doesNothingOnceLifted() {
        TimeLimit limit = new TimeLimit(Duration.ofHours(1));
        assertFalse(limit.lift());
        assertFalse(limit.lift());
    }

    @Test
    void anotherInterruptIsNotItsOwn() {
        TimeLimit limit = new TimeLimit(Duration.ofHours(1));
        Thread.currentThread().interrupt();
        assertFalse(limit.lift());
        assertTrue(Thread.interrupted());
    }
}
