package org.walarchive.cli.log;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;

/** Makes slf4j's loggers. */
public final class RecordLoggerFactory implements ILoggerFactory {

    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private volatile RecordLog log = new RecordLog(System.err, Severity.INFO);

    RecordLoggerFactory() {}

    /**
     * Sends what is logged from now on elsewhere, also what loggers that exist already are given.
     *
     * @param target where to; before the first call, standard error from {@link Severity#INFO} on
     */
    public void sendTo(RecordLog target) {
        log = target;
    }

    RecordLog log() {
        return log;
    }

    @Override
    public Logger getLogger(String name) {
        Logger known = loggers.get(name);
        if (known != null) {
            return known;
        }
        Logger made = new RecordLogger(name, this);
        Logger raced = loggers.putIfAbsent(name, made);
        return raced == null ? made : raced;
    }
}
