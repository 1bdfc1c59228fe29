package org.walarchive.core.progress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.Progress;
import org.walarchive.Progress.Phase;
import org.walarchive.ProgressListener;

@Timeout(60)
final class ProgressMeterTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // it may overflow
    private final List<Progress> heard = Collections.synchronizedList(new ArrayList<>());

    private ProgressMeter meter(ProgressListener listener) {
        return new ProgressMeter(Optional.of(listener), nanos::get);
    }

    private void pass(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    private static Progress send(long bytes, long totalBytes, long items, long totalItems) {
        return new Progress(Phase.SEND, bytes, OptionalLong.of(totalBytes), items, OptionalLong.of(totalItems));
    }

    @Test
    void beginAndEndAreToldAndWhatIsBetweenAtMostFiveTimesASecond() {
        ProgressMeter meter = meter(heard::add);
        meter.begin(Phase.SEND, OptionalLong.of(100), OptionalLong.of(2));
        ProgressMeter.Part part = meter.part(60, 1);
        part.add(10);
        pass(199);
        part.add(10);
        pass(1);
        part.add(10);
        part.add(10);
        part.done();
        meter.part(40, 1).done();
        meter.end();
        assertEquals(List.of(send(0, 100, 0, 2), send(30, 100, 0, 2), send(100, 100, 2, 2)), heard);
    }

    @Test
    void whatIsBegunAnewCountsOnce() throws IOException {
        ProgressMeter meter = meter(heard::add);
        meter.begin(Phase.SEND, OptionalLong.of(100), OptionalLong.of(1));
        ProgressMeter.Part part = meter.part(100, 1);
        new MeteredStream(new ByteArrayInputStream(new byte[70]), part).readAllBytes();
        MeteredStream again = new MeteredStream(new ByteArrayInputStream(new byte[1000]), part);
        assertEquals(0, again.read());
        assertArrayEquals(new byte[20], again.readNBytes(20));
        meter.end();
        assertEquals(send(21, 100, 0, 1), heard.get(1));
        again.readAllBytes(); // longer than it was listed
        meter.end();
        assertEquals(send(100, 100, 0, 1), heard.get(2));
        part.done();
        meter.end();
        assertEquals(send(100, 100, 1, 1), heard.get(3));
    }

    @Test
    void anEstimateIsCorrectedByWhatIsDoneAndByWhatIsKnown() {
        ProgressMeter meter = meter(heard::add);
        meter.begin(Phase.SEND);
        meter.part(50, 3).done();
        meter.end();
        meter.estimate(40, 2);
        meter.end();
        meter.settle(60, 4);
        meter.estimate(1, 1);
        meter.end();
        assertEquals(
                List.of(
                        new Progress(Phase.SEND, 0, OptionalLong.empty(), 0, OptionalLong.empty()),
                        new Progress(Phase.SEND, 50, OptionalLong.empty(), 3, OptionalLong.empty()),
                        send(50, 50, 3, 3),
                        send(50, 60, 3, 4)),
                heard);
    }

    @Test
    void anEstimateThatComesTooLateIsNotTakenForTheNextPhase() {
        ProgressMeter meter = meter(heard::add);
        meter.begin(Phase.SEND);
        meter.settle(1, 1);
        meter.begin(Phase.AWAIT_WAL, OptionalLong.empty(), OptionalLong.of(2));
        meter.estimate(7, 7);
        meter.reached(1);
        meter.end();
        assertEquals(
                new Progress(Phase.AWAIT_WAL, 0, OptionalLong.empty(), 1, OptionalLong.of(2)),
                heard.get(heard.size() - 1));
    }

    @Test
    void aListenerThatFailsIsToldNoMore() {
        AtomicInteger calls = new AtomicInteger();
        for (Throwable failure :
                List.of(new IllegalStateException("x"), new AssertionError("x"), new IOException("x"))) {
            ProgressMeter meter = meter(progress -> {
                calls.incrementAndGet();
                ProgressMeterTest.<RuntimeException>sneak(failure);
            });
            meter.begin(Phase.SEND);
            assertFalse(meter.isHeard());
            pass(1000);
            meter.part(1, 1).done();
            meter.end();
        }
        assertEquals(3, calls.get());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void nobodyWaitsForAListenerThatIsSlow() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        ProgressMeter meter = meter(progress -> {
            if (calls.incrementAndGet() == 2) {
                told.countDown();
                await(goOn);
            }
        });
        meter.begin(Phase.SEND, OptionalLong.of(10), OptionalLong.of(10));
        pass(1000);
        Thread slow = new Thread(() -> meter.part(1, 1).done());
        slow.start();
        await(told);
        pass(1000);
        meter.part(1, 1).done(); // and not in the listener, where it would wait for ever
        assertEquals(2, calls.get());
        goOn.countDown();
        slow.join();
        pass(1000);
        meter.part(1, 1).done();
        assertEquals(3, calls.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whereNobodyListensNothingIsCounted() throws IOException {
        ProgressMeter meter = new ProgressMeter(Optional.empty(), () -> {
            throw new AssertionError("the time is asked for");
        });
        assertFalse(meter.isHeard());
        meter.begin(Phase.VERIFY);
        ProgressMeter.Part part = meter.part(1, 1);
        new MeteredStream(new ByteArrayInputStream(new byte[1]), part).readAllBytes();
        part.done();
        meter.reached(3);
        meter.end();
    }

    @Test
    void moreCannotBeDoneThanThereIs() {
        assertThrows(IllegalArgumentException.class, () -> send(2, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> send(0, 0, 2, 1));
        assertThrows(IllegalArgumentException.class, () -> send(-1, 0, 0, 0));
    }
}
