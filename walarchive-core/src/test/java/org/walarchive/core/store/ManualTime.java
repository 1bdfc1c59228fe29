package org.walarchive.core.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that moves only when somebody sleeps, or as a test says; alarms ring in the thread that moves it. */
public final class ManualTime implements Time {

    private record Alarm(Duration at, Runnable ring) {}

    /** Times before zero are as good as any. */
    private static final Duration BEGIN = Duration.ofDays(-3);

    private final List<Duration> sleeps = new ArrayList<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private Duration elapsed = Duration.ZERO;

    @Override
    public synchronized long nanoTime() {
        return BEGIN.plus(elapsed).toNanos();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        synchronized (this) {
            sleeps.add(time);
        }
        advance(time);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public synchronized Runnable alarm(Duration after, Runnable ring) {
        Alarm alarm = new Alarm(elapsed.plus(after), ring);
        alarms.add(alarm);
        return () -> cancel(alarm);
    }

    private synchronized void cancel(Alarm alarm) {
        alarms.remove(alarm);
    }

    /** Moves the clock. */
    public void advance(Duration by) {
        List<Alarm> due;
        synchronized (this) {
            elapsed = elapsed.plus(by);
            due = alarms.stream()
                    .filter(alarm -> alarm.at().compareTo(elapsed) <= 0)
                    .toList();
            alarms.removeAll(due);
        }
        due.forEach(alarm -> alarm.ring().run());
    }

    /** How far it has moved. */
    public synchronized Duration elapsed() {
        return elapsed;
    }

    /** All waits so far, in their order. */
    synchronized List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    /** How many alarms are set. */
    synchronized int alarms() {
        return alarms.size();
    }
}
