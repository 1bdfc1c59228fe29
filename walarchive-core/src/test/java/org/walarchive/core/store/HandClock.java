package org.walarchive.core.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that is set by hand. */
public final class HandClock extends Clock {

    private volatile Instant time;

    public HandClock(Instant time) {
        this.time = time;
    }

    public void set(Instant value) {
        time = value;
    }

    public void move(Duration by) {
        time = time.plus(by);
    }

    @Override
    public ZoneOffset getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return time;
    }
}
