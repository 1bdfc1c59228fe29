package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.WalFetchResult;
import org.walarchive.postgres.WalFileName;

/** Work that does nothing, or what a test says. */
final class FakeWork implements ArchiveWork {

    final List<String> pushed = new CopyOnWriteArrayList<>();
    final CountDownLatch pushBegun = new CountDownLatch(1);
    final CountDownLatch mayPush = new CountDownLatch(1);
    final AtomicInteger rounds = new AtomicInteger();
    final AtomicInteger sweeps = new AtomicInteger();
    volatile boolean slow;
    volatile boolean closed;
    volatile long unnoted;
    volatile @Nullable String failure;
    volatile @Nullable RuntimeException crash;
    volatile WalFetchResult result = WalFetchResult.FETCHED;

    @Override
    public void push(WalFileName name) throws ArchiveException, InterruptedException {
        pushBegun.countDown();
        if (slow) {
            mayPush.await();
        }
        fail();
        pushed.add(name.text());
    }

    private void fail() throws LocalFileException {
        String message = failure;
        if (message != null) {
            throw new LocalFileException(message, null, null);
        }
        RuntimeException bug = crash;
        if (bug != null) {
            throw bug;
        }
    }

    @Override
    public boolean ahead() {
        rounds.incrementAndGet();
        RuntimeException bug = crash;
        if (bug != null) {
            throw bug;
        }
        return false;
    }

    @Override
    public Optional<Duration> untilRetry() {
        return Optional.empty();
    }

    @Override
    public void sweep() {
        sweeps.incrementAndGet();
    }

    @Override
    public WalFetchResult fetch(WalFileName name, Path target) throws ArchiveException {
        fail();
        try {
            Files.writeString(target, name.text());
        } catch (IOException e) {
            throw new LocalFileException("cannot write", e.toString(), null, e);
        }
        return result;
    }

    @Override
    public long prefetched() {
        return 0;
    }

    @Override
    public long unnoted() {
        return unnoted;
    }

    @Override
    public void awaitIdle(Duration longest) {}

    @Override
    public void close() {
        closed = true;
    }
}
