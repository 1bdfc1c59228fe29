package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFault.CutReplyBody;
import org.walarchive.store.tck.NetworkFault.CutRequest;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.LoseReply;
import org.walarchive.store.tck.NetworkFault.Stall;
import org.walarchive.store.tck.NetworkFaults;

/** What is S3's own about a network and a service that fail; {@link S3ProxyFaultTest} has what all stores share. */
@Timeout(180)
final class S3FaultTest {

    private static final int PART = 5 << 20;
    private static final byte[] SMALL = bytes(100_000);
    private static final byte[] LARGE = bytes(4 * PART + 17);

    /** A service that works may be slow on a machine that is busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Where something stalls. */
    private static final Duration IMPATIENCE = Duration.ofSeconds(3);

    private static ProxyServer server;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String bucket = server.makeBucket();
    private FaultProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        server = ProxyServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private BlobStore behind(NetworkFaults faults) throws IOException {
        return behind(faults, PATIENCE);
    }

    private BlobStore behind(NetworkFaults faults, Duration readTimeout) throws IOException {
        proxy = FaultProxy.start("127.0.0.1:" + server.port(), faults);
        opened.add(proxy);
        BlobStore store = ProxyServer.open(
                ProxyServer.provider(proxy.port())
                        .readTimeout(readTimeout)
                        .connectTimeout(Duration.ofSeconds(10))
                        .set(SettingsReader.PART_SIZE, String.valueOf(PART)),
                bucket);
        opened.add(store);
        return store;
    }

    /** A store that nothing disturbs. */
    private BlobStore plain() throws IOException {
        BlobStore store = ProxyServer.open(ProxyServer.provider(server.port()), bucket);
        opened.add(store);
        return store;
    }

    /** The fault for the first request of a method with something in its target; the others pass. */
    private static NetworkFaults first(String method, String part, NetworkFault fault) {
        return NetworkFaults.first(1, request -> request.is(method, part), fault);
    }

    private static StoreException fails(Kind kind, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertEquals(kind, failure.kind(), failure::toString);
        return failure;
    }

    private static Answer error(int status, String code) {
        return new Answer(
                status,
                Map.of(),
                "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>scripted</Message>"
                        + "<RequestId>4711</RequestId></Error>");
    }

    private static Answer success(String body) {
        return new Answer(200, Map.of(), body);
    }

    private static BlobSource unknown(byte[] content) {
        return new BlobSource() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(content);
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
    }

    private void assertStored(String key, byte[] expected) throws IOException {
        try (BlobContent content = plain().get(key)) {
            assertArrayEquals(expected, content.stream().readAllBytes());
        }
    }

    /** A put waits for the end of its upload, but not for ever. */
    private void awaitAborts() {
        long begun = System.nanoTime();
        while (server.uploads(bucket) > 0 && System.nanoTime() - begun < PATIENCE.toNanos()) {
            LockSupport.parkNanos(10_000_000);
        }
        assertEquals(0, server.uploads(bucket), "uploads that were not aborted");
    }

    private void assertNothingLeft() throws IOException {
        assertEquals(List.of(), plain().list("", ListDepth.ALL, null).blobs());
        awaitAborts();
    }

    @Test
    void aLostReplyToTheCompletionIsUnavailableAndThenPresent() throws IOException {
        BlobStore store = behind(first("POST", "/k?uploadId", new LoseReply(Ending.RESET)));
        fails(Kind.UNAVAILABLE, () -> store.put("k", unknown(LARGE), PutMode.IF_ABSENT));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("k", unknown(LARGE), PutMode.IF_ABSENT));
        assertStored("k", LARGE);
        awaitAborts();
    }

    @Test
    void aFailedPartAbortsTheUpload() throws IOException {
        BlobStore store = behind(first("PUT", "partNumber=2", error(500, "InternalError")));
        fails(Kind.UNAVAILABLE, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE));
        assertNothingLeft();
        assertEquals(1, proxy.count(request -> request.is("DELETE", "/k?uploadId")));
    }

    @Test
    void aPartThatIsResetAbortsTheUpload() throws IOException {
        BlobStore store = behind(first("PUT", "partNumber=3", new CutRequest(30_000, Ending.RESET)));
        fails(Kind.UNAVAILABLE, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE));
        assertNothingLeft();
        assertEquals(PutResult.WRITTEN, store.put("k", unknown(LARGE), PutMode.OVERWRITE));
        assertStored("k", LARGE);
    }

    @Test
    void xmlThatBreaksAtItsFirstByteIsUnavailable() throws IOException {
        for (Ending ending : List.of(Ending.RESET, Ending.STALL)) {
            BlobStore store = behind(NetworkFaults.none(), ending == Ending.STALL ? IMPATIENCE : PATIENCE);
            CutReplyBody fault = new CutReplyBody(0, ending);
            proxy.disturb(NetworkFaults.all(request -> request.is("POST", ""), fault));
            fails(Kind.UNAVAILABLE, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE));
            fails(Kind.UNAVAILABLE, () -> store.delete(List.of("a", "b")));
            proxy.disturb(first("POST", "uploadId", fault));
            fails(Kind.UNAVAILABLE, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE));
            proxy.disturb(first("GET", "", fault));
            fails(Kind.UNAVAILABLE, () -> store.list("", ListDepth.ALL, null));
            assertEquals(0, proxy.count(request -> request.is("HEAD", "")));
        }
    }

    @Test
    void anInterruptedUploadIsAborted() throws IOException {
        Thread putting = Thread.currentThread();
        BlobStore store = behind(request -> {
            if (request.is("PUT", "partNumber=4")) {
                putting.interrupt();
                return new Stall();
            }
            return new NetworkFault.Pass();
        });
        fails(Kind.INTERRUPTED, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE));
        assertTrue(Thread.interrupted(), "the interrupt flag is not set");
        assertNothingLeft();
    }

    @Test
    void anUploadThatIsNotTakenIsNoticed() throws IOException {
        BlobStore store = behind(NetworkFaults.all(new Stall()), IMPATIENCE);
        StoreException failure = assertTimeout(
                Duration.ofSeconds(30),
                () -> fails(
                        Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(bytes(14_000_000)), PutMode.OVERWRITE)));
        assertTrue(failure.getMessage().contains("nothing could be sent for 3000 ms"), failure::getMessage);
    }

    @Test
    void anErrorInTheSuccessOfACompletionIsAnError() throws IOException {
        for (String body : List.of(
                "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>scripted</Message></Error>",
                "  \n  <Error><Code>InternalError</Code><Message>scripted</Message></Error>",
                "",
                "<CompleteMultipartUploadResult><Bucket>b</Buck")) {
            BlobStore store = behind(first("POST", "/k?uploadId", success(body)));
            StoreException failure =
                    assertThrows(StoreException.class, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE), body);
            assertTrue(failure.kind().retryable(), failure::toString);
            assertNothingLeft();
        }
    }

    @Test
    void anErrorInTheSuccessOfADeleteIsAnError() throws IOException {
        BlobStore store = behind(NetworkFaults.all(success(
                "<DeleteResult><Error><Key>some/dir/b</Key><Code>AccessDenied</Code><Message>no</Message></Error>"
                        + "<Error><Key>some/dir/c</Key><Code>InternalError</Code></Error></DeleteResult>")));
        StoreException failure = fails(Kind.ACCESS_DENIED, () -> store.delete(List.of("a", "b", "c")));
        assertTrue(failure.getMessage().contains("cannot delete b in s3://"), failure::getMessage);
        for (String body : List.of("", "<DeleteResult>", "<Error><Code>InternalError</Code></Error>")) {
            BlobStore broken = behind(NetworkFaults.all(success(body)));
            assertThrows(StoreException.class, () -> broken.delete(List.of("a", "b", "c")), body);
        }
    }

    @Test
    void ofAThousandKeysNoneIsForgotten() throws IOException {
        List<String> keys = IntStream.range(0, 2001).mapToObj(i -> "k" + i).toList();
        BlobStore store = behind(NetworkFaults.none());
        store.put("k2000", BlobSource.of(SMALL), PutMode.OVERWRITE);
        store.delete(keys);
        assertEquals(3, proxy.count(request -> request.is("POST", "?delete")));
        assertNothingLeft();
    }

    @Test
    void aConflictOfWritersMayBeTriedAgainAndAnUnmetConditionIsPresence() throws IOException {
        BlobStore conflicting = behind(NetworkFaults.all(error(409, "ConditionalRequestConflict")));
        fails(Kind.UNAVAILABLE, () -> conflicting.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        BlobStore present = behind(NetworkFaults.all(error(412, "PreconditionFailed")));
        assertEquals(PutResult.ALREADY_PRESENT, present.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        fails(Kind.INVALID, () -> present.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE));
    }
}
