package org.walarchive.cli.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The syslog daemon of this machine. A thread of its own hands records over, so that nobody waits for a daemon that hangs; how many may wait is
 * bounded. What does not reach the daemon is counted and said, and goes to where it can be read instead.
 */
public final class SyslogTarget implements RecordTarget {

    /** How long the end of a process waits for records that are on their way. */
    private static final long PATIENCE_MILLIS = 2_000;

    /** How long the virtual machine, when told to end, waits for the last words: as long as an operation may take to undo itself. */
    private static final long LAST_WORDS_SECONDS = 8;

    private static final long BEFORE_NEXT_HELPER_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_WAITING = 1_000;

    /** Daemons cut at 8 KiB, unless they are told otherwise. */
    private static final int MOST_BYTES = 8_000;

    private record Message(Severity severity, String text) {}

    /** What this is called in the messages, and where they go. */
    private final Path socket;

    private final String tag;
    private final SyslogFacility facility;
    private final RecordLog complaints;
    private final @Nullable RecordTarget instead;

    private final Queue<Message> waiting = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread sender;
    private @Nullable Message inWork;
    private boolean closing;
    private boolean failing;
    private long missed;

    private @Nullable SyslogHelper helper;
    private long helperFailedAt;
    private boolean helperHasFailed;

    /**
     * Makes a target; nothing is started before the first record.
     *
     * @param socket the daemon's socket
     * @param tag what messages begin with
     * @param facility what kind of program they are from
     * @param complaints where it is said that the daemon cannot be reached
     * @param instead where records go that do not reach it; null where they go there anyway
     */
    public SyslogTarget(
            Path socket, String tag, SyslogFacility facility, RecordLog complaints, @Nullable RecordTarget instead) {
        this.socket = socket;
        this.tag = tag;
        this.facility = facility;
        this.complaints = complaints;
        this.instead = instead;
    }

    @Override
    public synchronized void write(Severity severity, String text) {
        Message message = new Message(severity, text);
        if (closing) {
            if (instead != null) {
                instead.write(severity, text);
            }
            return;
        }
        if (waiting.size() == MOST_WAITING || !hasSender()) {
            miss(message, "more records than it takes");
            return;
        }
        waiting.add(message);
        notifyAll();
    }

    private boolean hasSender() {
        if (sender != null) {
            return true;
        }
        Thread thread = new Thread(this::send, "syslog");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            return false;
        }
        sender = thread;
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::awaitLastWords, "syslog-end"));
        } catch (IllegalStateException e) {
            // The machine is ending already: nobody waits for the last words.
            return true;
        }
        return true;
    }

    private void awaitLastWords() {
        try {
            closed.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        for (Message message = next(); message != null; message = next()) {
            Optional<String> reason = deliver(message);
            done(message, reason);
        }
        if (helper != null) {
            helper.close();
        }
    }

    private synchronized @Nullable Message next() {
        while (waiting.isEmpty() && !closing) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        inWork = waiting.poll();
        return inWork;
    }

    private synchronized void done(Message message, Optional<String> reason) {
        if (inWork == null) {
            return; // given up, and counted, by the end
        }
        inWork = null;
        if (reason.isPresent()) {
            miss(message, reason.get());
        } else if (failing && waiting.isEmpty()) {
            complaints.write(ofMissed(Severity.WARNING, "syslog is reached again"));
            failing = false;
            missed = 0;
        }
    }

    private void miss(Message message, String reason) {
        missed++;
        if (!failing) {
            failing = true;
            complaints.write(new LogRecord(
                    "walarchive.cli.log",
                    Severity.WARNING,
                    "syslog is not reached",
                    reason,
                    "Does a syslog daemon run? Records are on standard error; WALE_LOG_DESTINATION=stderr sends them nowhere else.",
                    Map.of()));
        }
        if (instead != null) {
            instead.write(message.severity(), message.text());
        }
    }

    private LogRecord ofMissed(Severity severity, String message) {
        return new LogRecord(
                "walarchive.cli.log",
                severity,
                message,
                missed + " records did not reach it; they are on standard error.",
                null,
                Map.of("missed", Long.toString(missed)));
    }

    private Optional<String> deliver(Message message) {
        byte[] text = bytes(message.text());
        int priority = facility.priority(message.severity());
        if (helper != null) {
            try {
                return helper.deliver(priority, text);
            } catch (IOException e) {
                failHelper();
            }
        }
        if (!Files.exists(socket)) {
            return Optional.of(socket + ": there is no such socket");
        }
        if (helperHasFailed && System.nanoTime() - helperFailedAt < BEFORE_NEXT_HELPER_NANOS) {
            return Optional.of("the process that reaches it has ended");
        }
        for (SyslogHelper.Kind kind : SyslogHelper.KINDS) {
            try {
                helper = SyslogHelper.start(kind, socket, tag);
                return helper.deliver(priority, text);
            } catch (IOException e) {
                failHelper();
            }
        }
        return Optional.of("neither perl nor python3, which Java needs to reach it, can be run");
    }

    private void failHelper() {
        if (helper != null) {
            helper.close();
        }
        helper = null;
        helperHasFailed = true;
        helperFailedAt = System.nanoTime();
    }

    static byte[] bytes(String text) {
        String record = text.stripTrailing();
        byte[] all = record.getBytes(StandardCharsets.UTF_8);
        if (all.length <= MOST_BYTES) {
            return all;
        }
        if (JsonFormat.isRecord(record)) {
            return JsonCut.shorten(record, MOST_BYTES).getBytes(StandardCharsets.UTF_8);
        }
        int end = MOST_BYTES;
        while ((all[end] & 0xC0) == 0x80) {
            end--;
        }
        String begin = new String(all, 0, end, StandardCharsets.UTF_8);
        String more = " [" + (all.length - end) + " more bytes]";
        return (begin + more).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        Thread thread;
        synchronized (this) {
            closing = true;
            thread = sender;
            notifyAll();
        }
        if (thread != null) {
            join(thread);
        }
        giveUp();
        closed.countDown();
    }

    private static void join(Thread thread) {
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void giveUp() {
        if (inWork != null) {
            miss(inWork, "it takes nothing for " + PATIENCE_MILLIS / 1000 + " s");
            inWork = null;
        }
        for (Message message = waiting.poll(); message != null; message = waiting.poll()) {
            miss(message, "it takes nothing");
        }
        if (missed > 1) {
            complaints.write(ofMissed(Severity.INFO, "syslog was not reached"));
            missed = 0;
        }
    }
}
