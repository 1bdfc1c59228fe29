package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.LocalFileException;
import org.walarchive.ReadRateLimit;

/**
 * How fast a base backup may read at this moment: as the agent of its data directory says, else as its own request does. The agent may come, go or
 * hang; what it said last holds until one says something else. An agent that was restarted says that there is no limit, for it was told none.
 */
public final class FollowedReadRate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedReadRate.class);
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Path dataDirectory;
    private final Optional<ReadRateLimit> own;
    private final ReadRateLimit agents = ReadRateLimit.none();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private FollowedReadRate(Path dataDirectory, Optional<ReadRateLimit> own) {
        this.dataDirectory = dataDirectory;
        this.own = own;
        this.thread = new Thread(this::run, "read-rate");
        thread.setDaemon(true);
    }

    /**
     * Asks the agent, if there is one, and goes on to ask every second.
     *
     * @param own what holds where no agent says anything
     */
    public static FollowedReadRate of(Path dataDirectory, Optional<ReadRateLimit> own) {
        FollowedReadRate followed = new FollowedReadRate(dataDirectory, own);
        followed.ask();
        followed.thread.start();
        return followed;
    }

    /** Returns the limit in force; empty for none. */
    public OptionalLong bytesPerSecond() {
        OptionalLong told = agents.bytesPerSecond();
        return told.isPresent() || own.isEmpty() ? told : own.get().bytesPerSecond();
    }

    private void run() {
        try {
            while (!closed.await(BETWEEN.toNanos(), TimeUnit.NANOSECONDS)) {
                ask();
            }
        } catch (InterruptedException e) {
            LOG.trace("closed");
        }
    }

    private void ask() {
        try {
            Path socket = WalPlace.of(dataDirectory).socket();
            if (Files.exists(socket)) {
                heed(ReadRateQuery.ask(socket, "", PATIENCE));
            }
        } catch (IOException | LocalFileException | IllegalArgumentException e) {
            LOG.debug("no agent tells how fast {} may be read: {}", dataDirectory, e.toString());
        }
    }

    private void heed(OptionalLong told) {
        if (!told.equals(agents.bytesPerSecond())) {
            ReadRateText.change(agents, told);
            if (told.isPresent()) {
                LOG.info("the agent limits what is read of {} to {}", dataDirectory, agents);
            } else {
                LOG.info("the agent does not limit what is read of {} any more", dataDirectory);
            }
        }
    }

    /** Asks no more. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
