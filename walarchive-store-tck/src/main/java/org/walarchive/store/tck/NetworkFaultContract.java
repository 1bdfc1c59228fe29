package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.walarchive.store.tck.ContractFixture.assertContent;
import static org.walarchive.store.tck.ContractFixture.keys;
import static org.walarchive.store.tck.ContractFixture.put;
import static org.walarchive.store.tck.ContractFixture.read;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.stability.Experimental;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFault.CutReply;
import org.walarchive.store.tck.NetworkFault.CutReplyBody;
import org.walarchive.store.tck.NetworkFault.CutRequest;
import org.walarchive.store.tck.NetworkFault.Delay;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.LoseReply;
import org.walarchive.store.tck.NetworkFault.Stall;

/**
 * What a store that speaks HTTP keeps of the contract of {@link BlobStore} when the network, the service or something between
 * the two fails, as tests: one per promise, whose display name is the promise. Every such store has a class that inherits
 * it beside one that inherits {@link BlobStoreContract}; it says where the service is and opens stores at a
 * {@link FaultProxy} of the contract:
 *
 * <pre>{@code
 * final class MyStoreFaultTest extends NetworkFaultContract {
 *     protected String upstream() { return "127.0.0.1:9000"; }
 *     protected BlobStore open(int port, Duration readTimeout) throws StoreException {
 *         return provider.open(at(directory), settings("http://127.0.0.1:" + port, CONNECT_TIMEOUT, readTimeout));
 *     }
 *     protected boolean makesVisible(ProxiedRequest request) { return request.is("PUT", "/commit"); }
 * }
 * }</pre>
 *
 * <p>Where a target cannot keep a promise, the class overrides one of the protected methods and gives its reason. One instance
 * serves one test, as is JUnit's default.
 */
@Experimental
@Timeout(value = 15, unit = TimeUnit.MINUTES)
public abstract class NetworkFaultContract extends NetworkReadContract {

    private static final Set<Kind> FAILED = Set.of(Kind.UNAVAILABLE);
    private static final Set<Kind> FAILED_OR_THROTTLED = Set.of(Kind.UNAVAILABLE, Kind.THROTTLED);
    private static final Set<Kind> NOT_THE_SERVICE = Set.of(Kind.UNAVAILABLE, Kind.CORRUPT);

    /** For the classes that inherit the contract. */
    protected NetworkFaultContract() {}

    @Test
    @DisplayName("all: with latency only, everything works")
    void latency() throws IOException {
        BlobStore store = behind(NetworkFaults.all(new Delay(Duration.ofMillis(100))), PATIENCE);
        for (Upload upload : Upload.values()) {
            store.put("late/" + upload, source(upload), PutMode.IF_ABSENT);
            assertContent(store, "late/" + upload, content(upload));
        }
        assertEquals(List.of("late/LARGE", "late/SMALL"), keys(store, ""));
        store.delete(List.of("late/LARGE", "late/SMALL"));
        assertEquals(List.of(), keys(store, ""));
        assertDisturbed("latency");
    }

    @Test
    @DisplayName("all: 500, 502 and 504 are UNAVAILABLE, each request is sent once, and what follows works")
    void serviceFails() throws IOException {
        for (int status : new int[] {500, 502, 504}) {
            assertBurst(status, FAILED);
        }
    }

    @Test
    @DisplayName("all: 503 is UNAVAILABLE or THROTTLED, each request is sent once, and what follows works")
    void serviceUnavailable() throws IOException {
        assertBurst(503, FAILED_OR_THROTTLED);
    }

    @Test
    @DisplayName("all: 429 is THROTTLED, each request is sent once, and what follows works")
    void serviceThrottles() throws IOException {
        assertBurst(429, Set.of(Kind.THROTTLED));
    }

    private void assertBurst(int status, Set<Kind> kinds) throws IOException {
        put(peaceful(), "there", SMALL);
        BlobStore store = behind(NetworkFaults.none(), PATIENCE);
        for (Answer answer : answers(status, Map.of())) {
            for (Call call : calls(store)) {
                String what = call + " answered with " + answer;
                proxy().disturb(NetworkFaults.all(answer));
                for (int i = 0; i < 3; i++) {
                    int before = proxy().requests().size();
                    Optional<Duration> wait =
                            assertFails(kinds, call.action(), what).retryAfter();
                    assertEquals(Optional.empty(), wait, what);
                    assertSentOnce(requestsSince(before), what);
                }
                proxy().disturb(NetworkFaults.none());
                assertWorks(call, "after " + what);
            }
        }
        assertContent(store, "new/LARGE" + PutMode.OVERWRITE, content(Upload.LARGE));
        assertContent(store, "new/SMALL" + PutMode.IF_ABSENT, SMALL);
    }

    private List<Answer> answers(int status, Map<String, String> headers) {
        return List.of(new Answer(status, headers, ""), new Answer(status, headers, PAGE), error(status, headers));
    }

    private static void assertWorks(Call call, String what) {
        org.junit.jupiter.api.Assertions.assertDoesNotThrow(call.action(), () -> call + " " + what);
    }

    @Test
    @DisplayName("all: what a service says with Retry-After, in seconds, is passed on")
    void retryAfter() throws IOException {
        put(peaceful(), "there", SMALL);
        BlobStore store = behind(NetworkFaults.none(), PATIENCE);
        for (int status : new int[] {429, 503}) {
            for (Answer answer : answers(status, Map.of("Retry-After", "7"))) {
                proxy().disturb(NetworkFaults.all(answer));
                for (Call call : calls(store)) {
                    StoreException failure = assertFails(FAILED_OR_THROTTLED, call.action(), call + " " + answer);
                    assertEquals(Optional.of(Duration.ofSeconds(7)), failure.retryAfter(), () -> call + " " + failure);
                }
            }
        }
    }

    @Test
    @DisplayName(
            "all: a reply cut short before its status is UNAVAILABLE or CORRUPT; later, it is right or a StoreException")
    void replyCut() throws IOException {
        put(peaceful(), "there", SMALL);
        BlobStore store = behind(NetworkFaults.none());
        for (Ending ending : List.of(Ending.CLOSE, Ending.RESET)) {
            for (Call call : calls(store)) {
                for (int at : new int[] {0, "HTTP/1.1 ".length(), "HTTP/1.1 2".length()}) {
                    proxy().disturb(NetworkFaults.all(new CutReply(at, ending)));
                    assertFails(NOT_THE_SERVICE, call.action(), call + " cut by " + ending + " at " + at);
                }
                for (int at : new int[] {0, 1, 30}) {
                    for (NetworkFault fault : List.of(
                            new CutReply(at + "HTTP/1.1 200 ".length(), ending), new CutReplyBody(at, ending))) {
                        proxy().disturb(NetworkFaults.all(this::makesVisible, fault));
                        assertRightOrFails(call, fault + " at the commit");
                        proxy().disturb(NetworkFaults.all(fault));
                        assertRightOrFails(call, fault + " everywhere");
                    }
                }
            }
        }
    }

    /** Checks that a call that put something and does not fail has put it. */
    private void assertRightOrFails(Call call, String what) throws IOException {
        peaceful().delete(List.of(call.key()));
        try {
            call.action().execute();
            List<BlobInfo> listed =
                    peaceful().list(call.key(), ListDepth.ALL, null).blobs();
            assertEquals(
                    call.putBytes().isPresent() ? List.of(call.putBytes().getAsLong()) : List.of(),
                    listed.stream().map(BlobInfo::sizeBytes).toList(),
                    () -> call + " " + what + " did not fail");
        } catch (StoreException e) {
            assertTrue(NOT_THE_SERVICE.contains(e.kind()), () -> call + " " + what + ": " + e);
        } catch (AssertionError e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(call + " " + what + " throws what is not a store's: " + e, e);
        }
    }

    @Test
    @DisplayName("delete: a reply lost after success is UNAVAILABLE, once; a repeat works")
    void deleteReplyLost() throws IOException {
        for (Ending ending : Ending.values()) {
            for (List<String> keys : List.of(List.of("lost/a"), List.of("lost/a", "lost/b"))) {
                for (String key : keys) {
                    put(peaceful(), key);
                }
                BlobStore store = behind(NetworkFaults.none(), timeout(ending));
                keys(store, "");
                int before = proxy().requests().size();
                proxy().disturb(NetworkFaults.first(1, request -> true, new LoseReply(ending)));
                assertFails(FAILED, () -> store.delete(keys), "delete whose reply was lost by " + ending);
                assertDisturbed(ending);
                assertSentOnce(requestsSince(before), "delete");
                store.delete(keys);
                assertEquals(List.of(), keys(peaceful(), ""));
            }
        }
    }

    @Test
    @DisplayName("delete: what stalls is UNAVAILABLE when the time-out is over, not before")
    void deleteStalled() throws IOException, InterruptedException {
        BlobStore store = behind(NetworkFaults.all(new Stall()));
        assertTimesOut(() -> store.delete(List.of("a")), "delete of one");
        assertTimesOut(() -> store.delete(List.of("a", "b")), "delete of two");
    }

    @Test
    @DisplayName("get, delete: a 404 that is not the service's is not absence")
    void absenceOfSomethingInBetween() throws IOException {
        assumeTrue(absenceHasNoMark().isEmpty(), () -> absenceHasNoMark().orElse(""));
        put(peaceful(), "there", SMALL);
        BlobStore store = behind(NetworkFaults.none());
        for (Answer answer : pages(404)) {
            proxy().disturb(NetworkFaults.all(answer));
            assertFails(NOT_THE_SERVICE, () -> store.get("there"), "get answered with " + answer);
            assertFails(NOT_THE_SERVICE, () -> store.delete(List.of("there")), "delete answered with " + answer);
            assertFails(NOT_THE_SERVICE, () -> store.delete(List.of("there", "b")), "delete answered with " + answer);
        }
        assertContent(peaceful(), "there", SMALL);
    }

    @Test
    @DisplayName("put, list: a 404 that is not the service's is UNAVAILABLE or CORRUPT, and no list is empty for it")
    void nothingFoundBySomethingInBetween() throws IOException {
        BlobStore store = behind(NetworkFaults.none());
        for (Answer answer : pages(404)) {
            proxy().disturb(NetworkFaults.all(answer));
            for (Call call : calls(store)) {
                if (call.name().startsWith("put") || call.name().startsWith("list")) {
                    assertFails(NOT_THE_SERVICE, call.action(), call + " answered with " + answer);
                }
            }
        }
    }

    @Test
    @DisplayName("all: a success that is not the service's is none, and no list is empty for it")
    void successOfSomethingInBetween() throws IOException {
        put(peaceful(), "there", SMALL);
        BlobStore store = behind(NetworkFaults.none());
        for (Answer answer : pages(200)) {
            proxy().disturb(NetworkFaults.all(answer));
            for (Call call : calls(store)) {
                assertFails(NOT_THE_SERVICE, call.action(), call + " answered with " + answer);
            }
            for (Upload upload : Upload.values()) {
                proxy().disturb(NetworkFaults.all(this::makesVisible, answer));
                assertFails(
                        NOT_THE_SERVICE,
                        () -> store.put("in/between", source(upload), PutMode.OVERWRITE),
                        "commit of " + upload + " answered with " + answer);
                assertNothingVisible("in/between");
            }
        }
        assertEquals(List.of("there"), keys(peaceful(), ""));
    }

    private static List<Answer> pages(int status) {
        return List.of(
                new Answer(status, Map.of(), ""),
                new Answer(status, Map.of("Content-Type", "text/html; charset=utf-8"), PAGE));
    }

    @Test
    @DisplayName("all: a redirection to a page is a failure, and neither absence nor success")
    void redirection() throws IOException {
        put(peaceful(), "there", SMALL);
        BlobStore store = behind(NetworkFaults.none());
        Map<String, String> location = Map.of("Location", "http://" + proxy().address() + "/login");
        for (int status : new int[] {302, 303, 307}) {
            NetworkFaults toPage = request -> request.is("GET", "/login")
                    ? new Answer(200, Map.of("Content-Type", "text/html"), PAGE)
                    : new Answer(status, location, PAGE);
            proxy().disturb(toPage);
            for (Call call : calls(store)) {
                StoreException failure = org.junit.jupiter.api.Assertions.assertThrows(
                        StoreException.class, call.action(), () -> call + " answered with " + status);
                assertTrue(
                        failure.kind() != Kind.NOT_FOUND && failure.kind() != Kind.NO_CONTAINER,
                        () -> call + " answered with " + status + ": " + failure);
            }
        }
        assertEquals(List.of("there"), keys(peaceful(), ""));
    }

    @Test
    @DisplayName("all: a service that refuses connections is UNAVAILABLE at once")
    void refused() throws IOException, InterruptedException {
        // A port that is bound but not listened at refuses, and nobody else gets it.
        Socket bound = opened(new Socket());
        bound.bind(new InetSocketAddress(FaultProxy.loopback(), 0));
        BlobStore store = opened(open(bound.getLocalPort(), READ_TIMEOUT));
        for (Call call : calls(store)) {
            CallInThread running = CallInThread.start(call.action());
            assertTrue(running.ends(CONNECT_TIMEOUT.plusSeconds(3)), () -> call + " does not end");
            assertFails(FAILED, running::result, call + " without a service");
        }
    }

    @Test
    @DisplayName("interrupt: a call whose requests stall ends within 10 s as INTERRUPTED, with the flag set")
    void interruptedInStall() throws IOException, InterruptedException {
        BlobStore store = behind(NetworkFaults.all(new Stall()), VERY_LONG_TIMEOUT);
        for (Call call : calls(store)) {
            assertInterruptible(call.action(), call);
        }
    }

    @Test
    @DisplayName(
            "interrupt: a put that stalls in its body or its commit ends within 10 s as INTERRUPTED; nothing is seen")
    void interruptedInPut() throws IOException, InterruptedException {
        for (Upload upload : Upload.values()) {
            List<NetworkFaults> stalls = new ArrayList<>();
            stalls.add(NetworkFaults.all(this::carriesContent, new CutRequest(10_000, Ending.STALL)));
            stalls.add(NetworkFaults.everyNth(
                    upload == Upload.SMALL ? 1 : 2, this::carriesContent, new CutRequest(10_000, Ending.STALL)));
            stalls.add(NetworkFaults.all(this::makesVisible, new Stall()));
            for (NetworkFaults stall : stalls) {
                BlobStore store = behind(stall, VERY_LONG_TIMEOUT);
                Executable put = () -> store.put("interrupted", source(upload), PutMode.IF_ABSENT);
                // So much is sent before the stall that it may still be on its way when the interrupt comes.
                assertInterruptible(put, "put " + upload);
                assertNothingVisible("interrupted");
            }
        }
    }

    @Test
    @DisplayName("interrupt: a read that stalls ends within 10 s as INTERRUPTED, with the flag set")
    void interruptedInRead() throws IOException, InterruptedException {
        peaceful().put("read", source(Upload.LARGE), PutMode.OVERWRITE);
        int half = largeSizeBytes() / 2;
        BlobStore store = behind(NetworkFaults.all(new CutReplyBody(half, Ending.STALL)), VERY_LONG_TIMEOUT);
        assertInterruptible(() -> read(store, "read"), "read");
    }
}
