package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The alarm of the system's time, which leaves no thread behind. */
final class AlarmTest {

    private static List<Thread> alarms() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("walarchive-alarm"))
                .toList();
    }

    @Test
    void rings() throws InterruptedException {
        CountDownLatch rung = new CountDownLatch(1);
        Runnable cancel = Time.SYSTEM.alarm(Duration.ofMillis(1), rung::countDown);
        assertTrue(rung.await(20, TimeUnit.SECONDS));
        cancel.run();
    }

    @Test
    void whatIsCancelledDoesNotRingAndItsThreadEnds() throws InterruptedException {
        AtomicInteger rung = new AtomicInteger();
        Runnable cancel = Time.SYSTEM.alarm(Duration.ofSeconds(20), rung::incrementAndGet);
        List<Thread> alarms = alarms();
        assertFalse(alarms.isEmpty());
        cancel.run();
        for (Thread alarm : alarms) {
            alarm.join(Duration.ofSeconds(10).toMillis());
        }
        assertEquals(List.of(), alarms());
        assertEquals(0, rung.get());
    }

    @Test
    void whatIsOverdueRingsAtOnce() throws InterruptedException {
        CountDownLatch rung = new CountDownLatch(1);
        Time.SYSTEM.alarm(Duration.ofSeconds(-1), rung::countDown);
        assertTrue(rung.await(20, TimeUnit.SECONDS));
    }
}
