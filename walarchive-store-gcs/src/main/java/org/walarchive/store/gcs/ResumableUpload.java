package org.walarchive.store.gcs;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.support.Latches;
import org.walarchive.store.support.PartBuffer;
import org.walarchive.store.support.TaskThreads;

/**
 * One blob that is put chunk by chunk: while one is sent, the next is read. The last one, which makes the object appear, carries
 * the length and the checksum of all. For one thread; closing it before it is completed cancels it.
 *
 * <p>The address of the upload lets whoever knows it write the object, so it is a secret.
 */
final class ResumableUpload implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ResumableUpload.class);

    private static final Duration CANCEL_WAIT = Duration.ofSeconds(5);
    private static final int INCOMPLETE = 308;
    private static final int CANCELLED = 499;
    private static final Pattern HELD = Pattern.compile("bytes=0-(\\d{1,18})");

    private final GcsCalls calls;
    private final GcsRequests requests;
    private final ExecutorService threads;
    private final String key;
    private final String object;
    private final URI session;
    private final CRC32C crc32c = new CRC32C();
    private @Nullable FutureTask<Answer> sending;
    private CountDownLatch ended = new CountDownLatch(0);

    /** The chunk that was added last: whether it is the last one is not known yet. */
    private @Nullable PartBuffer held;

    /** Where in the object the chunk begins that was added last. */
    private long heldAt;

    private boolean completed;

    private ResumableUpload(
            GcsCalls calls, GcsRequests requests, ExecutorService threads, String key, String object, URI session) {
        this.calls = calls;
        this.requests = requests;
        this.threads = threads;
        this.key = key;
        this.object = object;
        this.session = session;
    }

    /**
     * Begins an upload.
     *
     * @return the upload, or empty if the mode is IF_ABSENT and the object is there
     */
    static Optional<ResumableUpload> begin(
            GcsCalls calls,
            GcsRequests requests,
            GcsEndpoint endpoint,
            ExecutorService threads,
            String key,
            String object,
            PutMode mode)
            throws StoreException {
        String action = "cannot begin the upload of " + key;
        Answer answer = calls.send(action, requests.begin(object, mode));
        if (mode == PutMode.IF_ABSENT && answer.isPresent()) {
            return Optional.empty();
        }
        if (!answer.isSuccess()) {
            throw GcsErrors.translate(calls.in(action), answer);
        }
        URI session = answer.header("location")
                .flatMap(location -> session(location, endpoint))
                .orElseThrow(() -> new StoreException(
                        Kind.CORRUPT, calls.in(action) + ": the answer has no address of the service for the upload"));
        return Optional.of(new ResumableUpload(calls, requests, threads, key, object, session));
    }

    /** Reads the address; one of another host might be anybody's, and the credential is sent to it. */
    private static Optional<URI> session(String location, GcsEndpoint endpoint) {
        try {
            return Optional.of(new URI(location)).filter(endpoint::trusts);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Takes a chunk. The one before it is sent in another thread, when the one before that has been. */
    void add(PartBuffer chunk) throws StoreException {
        calls.check();
        PartBuffer previous = held;
        if (previous != null) {
            awaitSending();
            start(previous, heldAt);
            heldAt += previous.size();
        }
        chunk.update(crc32c);
        held = chunk;
    }

    private void start(PartBuffer chunk, long at) throws StoreException {
        FutureTask<Answer> task = new FutureTask<>(() -> send(chunk, at, OptionalLong.empty()));
        CountDownLatch latch = new CountDownLatch(1);
        start(task, latch);
        sending = task;
        ended = latch;
    }

    private void start(Runnable task, CountDownLatch latch) throws StoreException {
        Runnable counted = () -> {
            try {
                task.run();
            } finally {
                latch.countDown();
            }
        };
        TaskThreads.start(threads, counted, key + " was put");
    }

    /**
     * Sends a chunk. The service may take less of it than it is sent, and says so; then the rest is sent.
     *
     * @param total the length of the whole object, with its last chunk
     */
    private Answer send(PartBuffer chunk, long at, OptionalLong total) throws StoreException {
        String action = "cannot put bytes from " + at + " on of " + key;
        String checksum = total.isPresent() ? Checksum.text(crc32c) : null;
        long from = 0;
        while (true) {
            Answer answer =
                    calls.send(action, requests.chunk(session, chunk, from, range(chunk, at, from, total), checksum));
            if (answer.status() != INCOMPLETE) {
                return answer;
            }
            long taken = answer.header("range").map(ResumableUpload::heldBytes).orElse(0L) - at;
            if (total.isEmpty() && taken == chunk.size()) {
                return answer;
            }
            if (taken <= from || taken > chunk.size()) {
                throw new StoreException(
                        Kind.UNAVAILABLE,
                        calls.in(action) + ": the service holds " + (at + taken) + " bytes after " + (at + chunk.size())
                                + " were sent");
            }
            from = taken;
        }
    }

    private static String range(PartBuffer chunk, long at, long from, OptionalLong total) {
        String all = total.isPresent() ? String.valueOf(total.getAsLong()) : "*";
        return from < chunk.size()
                ? "bytes " + (at + from) + "-" + (at + chunk.size() - 1) + "/" + all
                : "bytes */" + all;
    }

    private static long heldBytes(String range) {
        Matcher matcher = HELD.matcher(range);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) + 1 : 0;
    }

    private void awaitSending() throws StoreException {
        if (sending == null) {
            return;
        }
        try {
            Answer answer = sending.get();
            sending = null;
            if (answer.status() != INCOMPLETE) {
                throw answer.isSuccess()
                        ? new StoreException(
                                Kind.CORRUPT, calls.in("cannot put " + key) + ": the upload was ended before its end")
                        : failed("cannot put a chunk of " + key, answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.INTERRUPTED, "interrupted while " + key + " was put", null, e);
        } catch (ExecutionException e) {
            sending = null;
            throw GcsCalls.failure("chunk of " + key + " failed", e.getCause());
        }
    }

    private StoreException failed(String action, Answer answer) {
        // It is the upload that is not there any more, not the bucket.
        boolean gone = answer.status() == 404;
        return GcsErrors.translate(calls.in(action), gone ? new Answer(410, answer.headers(), answer.body()) : answer);
    }

    /** Sends the last chunk, which makes the object appear if its checksum is right. */
    PutResult complete(PutMode mode) throws StoreException {
        PartBuffer last = held;
        if (last == null) {
            throw new IllegalStateException("nothing was added");
        }
        awaitSending();
        String action = "cannot complete the upload of " + key;
        long size = heldAt + last.size();
        Answer answer = send(last, heldAt, OptionalLong.of(size));
        if (mode == PutMode.IF_ABSENT && answer.isPresent()) {
            return PutResult.ALREADY_PRESENT;
        }
        if (!answer.isSuccess()) {
            throw failed(action, answer);
        }
        calls.requireStored(action, answer, object, size, Checksum.text(crc32c));
        completed = true;
        return PutResult.WRITTEN;
    }

    /** Cancels the upload unless it was completed. A chunk that is being sent is ended first. */
    @Override
    public void close() {
        if (completed) {
            return;
        }
        FutureTask<Answer> running = sending;
        if (running != null) {
            running.cancel(true);
        }
        CountDownLatch before = ended;
        CountDownLatch cancelled = new CountDownLatch(1);
        try {
            start(() -> cancel(before), cancelled);
            Latches.awaitUninterruptibly(cancelled, CANCEL_WAIT);
        } catch (StoreException | IllegalStateException e) {
            left(e);
            Latches.awaitUninterruptibly(before, CANCEL_WAIT);
        }
    }

    private void cancel(CountDownLatch before) {
        try {
            before.await();
            String action = "cannot cancel the upload of " + key;
            Answer answer = calls.send(action, requests.cancel(session));
            if (!answer.isSuccess()
                    && answer.status() != CANCELLED
                    && answer.status() != 404
                    && answer.status() != 410) {
                throw GcsErrors.translate(calls.in(action), answer);
            }
            log.debug("action=cancel key={}", key);
        } catch (InterruptedException | StoreException | IllegalStateException e) {
            left(e);
        }
    }

    private void left(Exception failure) {
        log.atInfo()
                .addKeyValue("key", key)
                .log("an upload that failed is left to expire, which it does in a week: {}", failure.getMessage());
    }
}
