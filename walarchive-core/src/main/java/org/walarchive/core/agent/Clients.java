package org.walarchive.core.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to clients, each in a thread of its own, as WAL-G's daemon does ({@code internal/databases/postgres/daemon_handler.go}): checks
 * may be repeated, a push or a fetch is the last request of a connection. Whoever sends what is not understood gets an error and is
 * hung up on. A request goes on when its client does not wait for it.
 */
final class Clients implements AutoCloseable {

    /** More than this at once are hung up on. */
    static final int MOST = 64;

    private static final byte[] NONE = {};
    private static final byte[] ERROR_ANSWER = {Answer.ERROR.code()};
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    private final Requests requests;
    private final Limits limits;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger atWork = new AtomicInteger();
    /** By what was asked before. Whoever takes one out has the last word. */
    private final Map<Connection, Byte> waiting = new ConcurrentHashMap<>();

    private volatile boolean closing;

    /**
     * How slow a client may be.
     *
     * @param idle until its next request
     * @param transfer of one message
     */
    record Limits(Duration idle, Duration transfer) {
        static final Limits DEFAULT = new Limits(Duration.ofSeconds(60), Duration.ofSeconds(10));
    }

    Clients(Requests requests, Limits limits) {
        this.requests = requests;
        this.limits = limits;
        this.threads = new ThreadPoolExecutor(0, MOST, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "agent-client");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Takes over a client. Does not wait. */
    void take(SocketChannel channel) {
        try {
            Connection connection = new Connection(channel);
            boolean taken = false;
            try {
                threads.execute(() -> serve(connection));
                taken = true;
            } catch (RejectedExecutionException e) {
                LOG.warn("a client is turned away: {} are being served, or the agent stops", threads.getActiveCount());
            } finally {
                // Where no thread can be had, too: nobody would ever answer.
                if (!taken) {
                    connection.close();
                }
            }
        } catch (IOException e) {
            LOG.debug("a client went away at once", e);
        }
    }

    private void serve(Connection connection) {
        try (connection) {
            byte before = 0;
            boolean more = true;
            while (more) {
                Optional<Message> message = next(connection, before);
                more = message.isPresent() && answer(connection, message.get());
                before = Message.CHECK;
            }
        } catch (MalformedMessageException e) {
            LOG.warn("a client sent what is not of the protocol: {}", e.getMessage());
        } catch (IOException e) {
            LOG.debug("a client went away, or was too slow", e);
        } catch (RuntimeException e) {
            LOG.error("a request was answered with an error, for the program has one", e);
        }
    }

    private Optional<Message> next(Connection connection, byte before) throws IOException {
        waiting.put(connection, before);
        if (closing) {
            leave(connection);
            return Optional.empty();
        }
        try {
            connection.limit(limits.idle());
            InputStream input = connection.input();
            int type = input.read();
            if (type < 0) {
                return Optional.empty();
            }
            connection.limit(limits.transfer());
            return Optional.of(Message.read((byte) type, input));
        } catch (MalformedMessageException e) {
            connection.write(new byte[] {Answer.ERROR.code()});
            throw e;
        } finally {
            waiting.remove(connection);
        }
    }

    /**
     * Answers, and tells whether the client may ask again. A push has an answer whatever happens: {@code walg_archive} takes the end of
     * the connection for the answer before. A fetch that was not tried has none.
     */
    private boolean answer(Connection connection, Message message) throws IOException {
        byte[] reply = message.type() == Message.FETCH ? NONE : ERROR_ANSWER;
        atWork.incrementAndGet();
        try {
            reply = reply(message);
        } finally {
            connection.limit(limits.transfer());
            connection.write(reply);
            atWork.decrementAndGet();
        }
        return message.type() == Message.CHECK;
    }

    private byte[] reply(Message message) throws MalformedMessageException {
        return switch (message.type()) {
            case Message.CHECK -> new byte[] {requests.check().code()};
            case Message.PUSH ->
                new byte[] {requests.push(PushName.parse(message.body())).code()};
            case Message.FETCH ->
                requests.fetch(FetchArguments.parse(message.body()))
                        .map(answer -> new byte[] {answer.code()})
                        .orElse(NONE);
            case Message.STATUS -> ((char) Answer.OK.code() + requests.status()).getBytes(StandardCharsets.UTF_8);
            case Message.READ_RATE -> {
                ReadRateText.heed(message.body(), requests.readRate());
                if (message.body().length > 0) {
                    LOG.info("the limit on what base backups read is now: {}", requests.readRate());
                }
                yield ((char) Answer.OK.code() + ReadRateText.answer(requests.readRate()))
                        .getBytes(StandardCharsets.US_ASCII);
            }
            default -> throw new MalformedMessageException("there is no request of type " + message.type());
        };
    }

    /** Waits until no request is being worked on. */
    boolean awaitIdle(Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        while (atWork.get() > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return atWork.get() == 0;
    }

    private void leave(Connection connection) {
        Byte before = waiting.remove(connection);
        if (before != null) {
            connection.leave(before == Message.CHECK ? ERROR_ANSWER : NONE);
        }
    }

    /** Interrupts what is being worked on, and waits a moment until the clients have been told. */
    @Override
    public void close() {
        closing = true;
        // Before their threads are interrupted, which would hang up.
        List.copyOf(waiting.keySet()).forEach(this::leave);
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("{} requests do not end", threads.getActiveCount());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
