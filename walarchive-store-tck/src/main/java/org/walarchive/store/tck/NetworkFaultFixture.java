package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.tck.ContractFixture.randomBytes;
import static org.walarchive.store.tck.ContractFixture.read;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** What a leaf of the contract with a bad network provides, and what the tests share. */
abstract class NetworkFaultFixture {

    /** How long a store of the contract may wait for a connection. */
    protected static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How long a store waits for the next byte, in tests of a stall; in those of an interrupt it waits much longer. */
    protected static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

    /** How long a store waits where nothing stalls: a service that works may be slow on a machine that is busy. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    static final Duration VERY_LONG_TIMEOUT = Duration.ofMinutes(2);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    private static final int ATTEMPTS = 5;

    /** Some seconds, for stores that clean up for a bounded time, and as much for a machine that is busy. */
    private static final Duration INTERRUPT_WAIT = Duration.ofSeconds(10);

    static final byte[] SMALL = randomBytes(100_000);
    static final String PAGE = "<html><head><title>Please log in</title></head><body>or come back later</body></html>";

    /** Bodies that are longer are taken for content; lists of parts and of keys are shorter here. */
    private static final int CONTENT_BYTES = 20_000;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private byte @Nullable [] large;
    private @Nullable BlobStore peaceful;
    private @Nullable FaultProxy current;

    /** The two ways to put: a little at once, or more than fits one request and of unknown length. */
    enum Upload {
        SMALL,
        LARGE
    }

    /**
     * A call of a store.
     *
     * @param key what it puts or deletes, or one that is not there
     * @param putBytes how much it puts
     */
    record Call(String name, String key, OptionalLong putBytes, Executable action) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Returns where the service is, without the proxy.
     *
     * @return {@code host:port}, reached without TLS
     */
    protected abstract String upstream();

    /**
     * Opens a store that reaches the service through {@code http://127.0.0.1:port}. Within one test (one object of this
     * class) every call opens the same location, which is empty when the test begins; the contract closes the stores.
     * Connections take at most {@link #CONNECT_TIMEOUT}. Parts of large blobs are best as small as the service allows.
     *
     * @param port of the proxy
     * @param readTimeout how long the store waits for the next byte
     * @return a new store
     * @throws StoreException if it cannot be opened
     */
    protected abstract BlobStore open(int port, Duration readTimeout) throws StoreException;

    /**
     * Tells whether a request, if the service does it, is the one that makes a blob visible: the put of a small blob, the
     * last step of a large one.
     *
     * @param request a request of a put
     * @return true if so
     */
    protected abstract boolean makesVisible(ProxiedRequest request);

    /**
     * Returns the size of blobs that take several requests to put, two of which at least carry more than 20 kB each. Default
     * 21 000 000, which is five parts of the size that S3 demands.
     *
     * <p>Reason to override: a service that takes smaller parts, with which the tests are faster.
     *
     * @return a number of bytes, above 100 000
     */
    protected int largeSizeBytes() {
        return 21_000_000;
    }

    /**
     * Tells whether a request only cleans up after a failure, so that one may follow another that failed. Default: none
     * does.
     *
     * <p>Reason to override: a service that is told to forget an upload.
     *
     * @param request a request
     * @return true if so
     */
    protected boolean cleansUp(ProxiedRequest request) {
        return false;
    }

    /**
     * Returns how the service itself says that it failed. Default: with a status and no body, as some load balancers do,
     * which is tested in any case.
     *
     * <p>Reason to override: a service whose errors have a body.
     *
     * @param status 429 or 5xx
     * @param headers to be among those of the answer
     * @return an answer
     */
    protected NetworkFault.Answer error(int status, Map<String, String> headers) {
        return new NetworkFault.Answer(status, headers, "");
    }

    /**
     * Returns how long a call may take that stalls, all its requests together, from the first that does on. Default
     * {@link #READ_TIMEOUT} and 8 seconds more, for slow machines.
     *
     * <p>Reason to override: a store that cleans up for a bounded time after a failure.
     *
     * @return a time above {@link #READ_TIMEOUT}
     */
    protected Duration longestStall() {
        return READ_TIMEOUT.plusSeconds(8);
    }

    /**
     * Returns why a bit that flips in the reply to a get of a blob of some size cannot be found out. Default empty: it is
     * found.
     *
     * <p>Reason to override: a service that gives no checksum, or none of a blob that was put in parts.
     *
     * @param sizeBytes the size of a small blob, or that of a large one
     * @return the reason, with which such blobs are left out; or empty
     */
    protected Optional<String> replyHasNoChecksum(long sizeBytes) {
        return Optional.empty();
    }

    /**
     * Returns why a bit that flips in the body of a put is not found out by the service. Default empty: it is found.
     *
     * <p>Reason to override: an emulator that, unlike the service, does not compare the checksum.
     *
     * @return the reason, with which the test is skipped; or empty
     */
    protected Optional<String> putsAreNotVerified() {
        return Optional.empty();
    }

    /**
     * Returns why the service's own answer 404 cannot be told from that of a proxy or load balancer. Default empty: it can.
     *
     * <p>Reason to override: a service without any mark of its own in such answers.
     *
     * @return the reason, with which the test is skipped; or empty
     */
    protected Optional<String> absenceHasNoMark() {
        return Optional.empty();
    }

    @AfterEach
    void closeAll() throws Exception {
        Thread.interrupted();
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    /** Opens a store behind a proxy of its own, which becomes the current one. */
    final BlobStore behind(NetworkFaults faults, Duration readTimeout) throws IOException {
        FaultProxy proxy = FaultProxy.start(upstream(), faults);
        opened.add(proxy);
        current = proxy;
        BlobStore store = open(proxy.port(), readTimeout);
        opened.add(store);
        return store;
    }

    final BlobStore behind(NetworkFaults faults) throws IOException {
        return behind(faults, READ_TIMEOUT);
    }

    /** The proxy of the store that was opened last. */
    final FaultProxy proxy() {
        if (current == null) {
            throw new IllegalStateException("no store was opened");
        }
        return current;
    }

    /** A store that nothing disturbs. */
    final BlobStore peaceful() throws IOException {
        if (peaceful == null) {
            FaultProxy proxy = FaultProxy.start(upstream(), NetworkFaults.none());
            opened.add(proxy);
            peaceful = open(proxy.port(), VERY_LONG_TIMEOUT);
            opened.add(peaceful);
        }
        return peaceful;
    }

    /** Registers what is closed after the test. */
    final <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    final boolean carriesContent(ProxiedRequest request) {
        return request.carries(CONTENT_BYTES);
    }

    final byte[] content(Upload upload) {
        return switch (upload) {
            case SMALL -> SMALL;
            case LARGE -> {
                if (large == null) {
                    large = randomBytes(largeSizeBytes());
                }
                yield large;
            }
        };
    }

    final BlobSource source(Upload upload) {
        return switch (upload) {
            case SMALL -> BlobSource.of(SMALL);
            case LARGE -> ScriptedSource.unknown(content(Upload.LARGE));
        };
    }

    /** A content of the same length that is another. */
    final BlobSource otherSource(Upload upload) {
        byte[] other = content(upload).clone();
        other[other.length / 2] ^= 1;
        return switch (upload) {
            case SMALL -> BlobSource.of(other);
            case LARGE -> ScriptedSource.unknown(other);
        };
    }

    /** Every call there is; a blob {@code there} is expected. */
    final List<Call> calls(BlobStore store) {
        List<Call> calls = new ArrayList<>();
        for (Upload upload : Upload.values()) {
            for (PutMode mode : PutMode.values()) {
                String key = "new/" + upload + mode;
                calls.add(new Call(
                        "put " + upload + " " + mode,
                        key,
                        OptionalLong.of(content(upload).length),
                        () -> store.put(key, source(upload), mode)));
            }
        }
        calls.add(new Call("get", "new/a", OptionalLong.empty(), () -> read(store, "there")));
        for (ListDepth depth : ListDepth.values()) {
            calls.add(new Call("list " + depth, "new/a", OptionalLong.empty(), () -> store.list("", depth, null)));
        }
        calls.add(new Call("delete one", "new/a", OptionalLong.empty(), () -> store.delete(List.of("new/a"))));
        calls.add(new Call("delete two", "new/a", OptionalLong.empty(), () -> store.delete(List.of("new/a", "new/b"))));
        return calls;
    }

    static StoreException assertFails(Set<Kind> kinds, Executable call, Object what) {
        StoreException failure =
                org.junit.jupiter.api.Assertions.assertThrows(StoreException.class, call, () -> what + " did not fail");
        assertTrue(
                kinds.contains(failure.kind()),
                () -> what + " should be of " + kinds + ", but is " + failure.kind() + ": " + failure);
        return failure;
    }

    /** Checks that a fault came to pass, else the test has tested nothing. */
    final void assertDisturbed(Object what) {
        assertTrue(proxy().faults() > 0, () -> "nothing was disturbed by " + what + ": " + proxy().requests());
    }

    /** Checks that of some requests none is another one again. */
    final void assertSentOnce(List<ProxiedRequest> requests, Object what) {
        Set<String> seen = new HashSet<>();
        for (ProxiedRequest request : requests) {
            String identity = request + " " + request.header("content-range").orElse("");
            assertTrue(
                    cleansUp(request) || seen.add(identity),
                    () -> what + " was tried again by the store or its SDK: " + requests);
        }
    }

    /** The requests after a number of them. */
    final List<ProxiedRequest> requestsSince(int before) {
        List<ProxiedRequest> requests = proxy().requests();
        return requests.subList(before, requests.size());
    }

    /** How long a store waits whose requests end in some way. */
    static Duration timeout(NetworkFault.Ending ending) {
        return ending == NetworkFault.Ending.STALL ? READ_TIMEOUT : PATIENCE;
    }

    /** Checks that a call fails for want of an answer when the time is over, and neither before nor much later. */
    final void assertTimesOut(Executable call, Object what) throws InterruptedException {
        CallInThread running = startDisturbed(call);
        assertTrue(running.ends(longestStall()), () -> what + " goes on after " + longestStall());
        assertFails(Set.of(Kind.UNAVAILABLE), running::result, what);
        assertTrue(
                running.elapsed().compareTo(READ_TIMEOUT.multipliedBy(9).dividedBy(10)) >= 0,
                () -> what + " gave up after " + running.elapsed() + " already");
        assertDisturbed(what);
    }

    /** Checks that a call that stalls ends soon after an interrupt. */
    final void assertInterruptible(Executable call, Object what) throws InterruptedException {
        CallInThread running = CallInThread.start(call);
        awaitFault(running, 0);
        assertTrue(!running.ends(Duration.ofMillis(400)), () -> what + " did not stall: " + proxy().requests());
        running.interrupt();
        assertTrue(running.ends(INTERRUPT_WAIT), () -> what + " goes on after an interrupt");
        assertFails(Set.of(Kind.INTERRUPTED), running::result, what);
        assertTrue(running.wasInterrupted(), () -> what + " has cleared the interrupt flag");
        assertDisturbed(what);
    }

    /** Starts a call, and again if the service was so slow that the call ended before a fault came. */
    private CallInThread startDisturbed(Executable call) throws InterruptedException {
        long before = proxy().faults();
        for (int attempt = 1; ; attempt++) {
            CallInThread running = CallInThread.start(call);
            boolean ended = awaitFault(running, before);
            if (!ended || proxy().faults() > before || attempt == ATTEMPTS) {
                return running;
            }
        }
    }

    /** On a slow machine it takes a while until all is sent that goes before the fault. Tells whether the call has ended. */
    private boolean awaitFault(CallInThread running, long faultsBefore) throws InterruptedException {
        long begun = System.nanoTime();
        boolean ended = false;
        while (!ended && proxy().faults() == faultsBefore && System.nanoTime() - begun < LONGEST_WAIT.toNanos()) {
            ended = running.ends(Duration.ofMillis(50));
        }
        return ended;
    }

    final void assertNothingVisible(String key) throws IOException {
        BlobStore store = peaceful();
        ContractFixture.assertFails(Kind.NOT_FOUND, () -> store.get(key));
        assertEquals(List.of(), ContractFixture.keys(store, key));
    }
}
