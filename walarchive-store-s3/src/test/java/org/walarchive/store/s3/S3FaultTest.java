package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
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
import org.walarchive.store.s3.FaultProxy.Answer;
import org.walarchive.store.s3.FaultProxy.CutReply;
import org.walarchive.store.s3.FaultProxy.End;
import org.walarchive.store.s3.FaultProxy.Fault;
import org.walarchive.store.s3.FaultProxy.LoseReply;
import org.walarchive.store.s3.FaultProxy.Pass;
import org.walarchive.store.s3.FaultProxy.Request;
import org.walarchive.store.s3.FaultProxy.ResetRequest;
import org.walarchive.store.s3.FaultProxy.StallRequest;

/** What the store makes of a network and a service that fail. */
@Timeout(60)
final class S3FaultTest {

    private static final int PART = 5 << 20;
    private static final byte[] SMALL = bytes(100_000);
    private static final byte[] LARGE = bytes(4 * PART + 17);

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

    private BlobStore behind(Function<Request, Fault> faults) throws IOException {
        return behind(faults, builder -> builder);
    }

    private BlobStore behind(
            Function<Request, Fault> faults, Function<S3StoreProvider.Builder, S3StoreProvider.Builder> settings)
            throws IOException {
        proxy = new FaultProxy(server.port(), faults);
        S3StoreProvider.Builder builder = ProxyServer.provider(proxy.port())
                .readTimeout(Duration.ofSeconds(1))
                .connectTimeout(Duration.ofSeconds(2))
                .set(SettingsReader.PART_SIZE, String.valueOf(PART));
        BlobStore store = ProxyServer.open(settings.apply(builder), bucket);
        opened.add(store);
        opened.add(proxy);
        return store;
    }

    /** A store that nothing disturbs. */
    private BlobStore plain() throws IOException {
        BlobStore store = ProxyServer.open(ProxyServer.provider(server.port()), bucket);
        opened.add(store);
        return store;
    }

    /** The fault for the first request of a method with something in its first line; the others pass. */
    private static Function<Request, Fault> first(String method, String part, Fault fault) {
        AtomicInteger seen = new AtomicInteger();
        return request -> request.is(method, part) && seen.getAndIncrement() == 0 ? fault : new Pass();
    }

    private static StoreException fails(Kind kind, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertEquals(kind, failure.kind(), failure::toString);
        return failure;
    }

    private static Answer error(int status, String headers, String code) {
        return new Answer(
                status,
                headers,
                "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>scripted</Message>"
                        + "<RequestId>4711</RequestId></Error>");
    }

    private static BlobSource unknown(byte[] content) {
        return new BlobSource() {
            @Override
            public java.io.InputStream open() {
                return new java.io.ByteArrayInputStream(content);
            }

            @Override
            public java.util.OptionalLong sizeBytes() {
                return java.util.OptionalLong.empty();
            }
        };
    }

    private void assertStored(String key, byte[] expected) throws IOException {
        try (BlobContent content = plain().get(key)) {
            assertArrayEquals(expected, content.stream().readAllBytes());
        }
    }

    private void assertNothingLeft() throws IOException {
        assertEquals(List.of(), plain().list("", ListDepth.ALL, null).blobs());
        assertEquals(0, server.uploads(bucket), "uploads that were not aborted");
    }

    @Test
    void aReplyLostAfterSuccessIsUnavailableAndThenPresent() throws IOException {
        BlobStore store = behind(first("PUT", "/k ", new LoseReply()));
        fails(Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        assertStored("k", SMALL);
        assertEquals(2, proxy.count("PUT", "/k "), "the store or its SDK tried again by itself");
    }

    @Test
    void aLostReplyToTheCompletionIsUnavailableAndThenPresent() throws IOException {
        BlobStore store = behind(first("POST", "/k?uploadId", new LoseReply()));
        fails(Kind.UNAVAILABLE, () -> store.put("k", unknown(LARGE), PutMode.IF_ABSENT));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("k", unknown(LARGE), PutMode.IF_ABSENT));
        assertStored("k", LARGE);
        assertEquals(0, server.uploads(bucket));
    }

    @Test
    void aResetInTheMiddleOfAnUploadLeavesNothing() throws IOException {
        BlobStore store = behind(first("PUT", "/k", new ResetRequest(30_000)));
        fails(Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE));
        assertNothingLeft();
        assertEquals(PutResult.WRITTEN, store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE));
        assertStored("k", SMALL);
    }

    @Test
    void aFailedPartAbortsTheUpload() throws IOException {
        BlobStore store = behind(first("PUT", "partNumber=2", error(500, "", "InternalError")));
        fails(Kind.UNAVAILABLE, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE));
        assertEquals(1, proxy.count("DELETE", "/k?uploadId"));
        assertNothingLeft();
    }

    @Test
    void anInterruptedUploadIsAborted() throws IOException {
        Thread putting = Thread.currentThread();
        BlobStore store =
                behind(first("PUT", "partNumber=4", new StallRequest()).andThen(fault -> {
                    if (fault instanceof StallRequest) {
                        putting.interrupt();
                    }
                    return fault;
                }));
        fails(Kind.INTERRUPTED, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE));
        assertTrue(Thread.interrupted(), "the interrupt flag is not set");
        assertNothingLeft();
    }

    @Test
    void aRequestThatStallsEndsSoonAfterAnInterrupt() throws IOException {
        Thread calling = Thread.currentThread();
        BlobStore store = behind(
                request -> {
                    calling.interrupt();
                    return new StallRequest();
                },
                builder -> builder.readTimeout(Duration.ofSeconds(50)));
        List<Executable> calls = List.of(
                () -> store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE),
                () -> store.get("k"),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("k", "l")));
        for (Executable call : calls) {
            assertTimeout(Duration.ofSeconds(5), () -> fails(Kind.INTERRUPTED, call));
            assertTrue(Thread.interrupted(), "the interrupt flag is not set");
        }
    }

    @Test
    void aReadThatStallsEndsSoonAfterAnInterrupt() throws IOException {
        plain().put("k", BlobSource.of(LARGE), PutMode.OVERWRITE);
        BlobStore store = behind(
                request -> new CutReply(1_000_000, End.STALL), builder -> builder.readTimeout(Duration.ofSeconds(50)));
        try (BlobContent content = store.get("k")) {
            content.stream().readNBytes(900_000);
            Thread reading = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                while (reading.getStackTrace().length > 0
                        && Arrays.stream(reading.getStackTrace())
                                .noneMatch(frame -> frame.getMethodName().equals("park"))) {
                    Thread.onSpinWait();
                }
                reading.interrupt();
            });
            interrupter.start();
            assertTimeout(
                    Duration.ofSeconds(5),
                    () -> fails(Kind.INTERRUPTED, () -> content.stream().readAllBytes()));
            assertTrue(Thread.interrupted(), "the interrupt flag is not set");
        }
    }

    @Test
    void aStalledConnectionIsNoticed() throws IOException {
        plain().put("k", BlobSource.of(LARGE), PutMode.OVERWRITE);
        BlobStore silent = behind(request -> new StallRequest());
        assertTimeout(Duration.ofSeconds(5), () -> {
            fails(Kind.UNAVAILABLE, () -> silent.get("k"));
            fails(Kind.UNAVAILABLE, () -> silent.list("", ListDepth.ALL, null));
        });
        BlobStore cut = behind(request -> new CutReply(1_000_000, End.STALL));
        try (BlobContent content = cut.get("k")) {
            assertTimeout(
                    Duration.ofSeconds(5),
                    () -> fails(Kind.UNAVAILABLE, () -> content.stream().readAllBytes()));
        }
    }

    @Test
    void anUploadThatIsNotTakenIsNoticed() throws IOException {
        BlobStore store = behind(request -> new StallRequest());
        StoreException failure = assertTimeout(
                Duration.ofSeconds(15),
                () -> fails(
                        Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(bytes(14_000_000)), PutMode.OVERWRITE)));
        assertTrue(failure.getMessage().contains("nothing could be sent for 1000 ms"), failure::getMessage);
    }

    @Test
    void aTruncatedAnswerIsNeverAnEnd() throws IOException {
        plain().put("k", BlobSource.of(SMALL), PutMode.OVERWRITE);
        for (int at : new int[] {5_000, 99_000}) {
            for (End end : List.of(End.CLOSE, End.RESET)) {
                BlobStore store = behind(request -> new CutReply(at, end));
                try (BlobContent content = store.get("k")) {
                    fails(
                            end == End.CLOSE ? Kind.CORRUPT : Kind.UNAVAILABLE,
                            () -> content.stream().readAllBytes());
                }
            }
        }
    }

    @Test
    void aTruncatedListIsNeverAList() throws IOException {
        plain().put("k", BlobSource.of(SMALL), PutMode.OVERWRITE);
        for (int at : new int[] {10, 400, 600}) {
            BlobStore store = behind(request -> new CutReply(at, End.CLOSE));
            StoreException failure = assertThrows(StoreException.class, () -> store.list("", ListDepth.ALL, null));
            assertTrue(failure.kind().retryable(), failure::toString);
        }
    }

    @Test
    void aBitThatFlipsOnTheWayIsFound() throws IOException {
        BlobStore store = plain();
        store.put("k", BlobSource.of("the content".getBytes(StandardCharsets.UTF_8)), PutMode.OVERWRITE);
        BlobStore lying =
                behind(request -> new Answer(200, "x-amz-checksum-crc32c: AAAAAA==\r\nETag: \"1\"\r\n", "the c0ntent"));
        try (BlobContent content = lying.get("k")) {
            fails(Kind.CORRUPT, () -> content.stream().readAllBytes());
        }
    }

    @Test
    void aServiceThatAsksToSlowDownSaysForHowLong() throws IOException {
        BlobStore store = behind(request -> error(503, "Retry-After: 7\r\n", "SlowDown"));
        List<Executable> calls = List.of(
                () -> store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE),
                () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE),
                () -> store.get("k"),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("k")),
                () -> store.delete(List.of("k", "l")));
        for (Executable call : calls) {
            assertEquals(
                    Optional.of(Duration.ofSeconds(7)),
                    fails(Kind.THROTTLED, call).retryAfter());
        }
        assertEquals(calls.size(), proxy.requests().size(), "the store or its SDK tried again by itself");
    }

    @Test
    void anErrorInTheSuccessOfACompletionIsAnError() throws IOException {
        for (String body : List.of(
                "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>scripted</Message></Error>",
                "  \n  <Error><Code>InternalError</Code><Message>scripted</Message></Error>",
                "",
                "<CompleteMultipartUploadResult><Bucket>b</Buck")) {
            BlobStore store = behind(first("POST", "/k?uploadId", new Answer(200, "", body)));
            StoreException failure =
                    assertThrows(StoreException.class, () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE), body);
            assertTrue(failure.kind().retryable(), failure::toString);
            assertNothingLeft();
        }
    }

    @Test
    void anErrorInTheSuccessOfADeleteIsAnError() throws IOException {
        BlobStore store = behind(request -> new Answer(
                200,
                "",
                "<DeleteResult><Error><Key>some/dir/b</Key><Code>AccessDenied</Code><Message>no</Message></Error>"
                        + "<Error><Key>some/dir/c</Key><Code>InternalError</Code></Error></DeleteResult>"));
        StoreException failure = fails(Kind.ACCESS_DENIED, () -> store.delete(List.of("a", "b", "c")));
        assertTrue(failure.getMessage().contains("cannot delete b in s3://"), failure::getMessage);
        for (String body : List.of("", "<DeleteResult>", "<Error><Code>InternalError</Code></Error>")) {
            BlobStore broken = behind(request -> new Answer(200, "", body));
            assertThrows(StoreException.class, () -> broken.delete(List.of("a", "b", "c")), body);
        }
    }

    @Test
    void ofAThousandKeysNoneIsForgotten() throws IOException {
        List<String> keys = IntStream.range(0, 2001).mapToObj(i -> "k" + i).toList();
        BlobStore store = behind(request -> new Pass());
        store.put("k2000", BlobSource.of(SMALL), PutMode.OVERWRITE);
        store.delete(keys);
        assertEquals(3, proxy.count("POST", "?delete"));
        assertNothingLeft();
    }

    @Test
    void aConflictOfWritersMayBeTriedAgainAndAnUnmetConditionIsPresence() throws IOException {
        BlobStore conflicting = behind(request -> error(409, "", "ConditionalRequestConflict"));
        fails(Kind.UNAVAILABLE, () -> conflicting.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        BlobStore present = behind(request -> error(412, "", "PreconditionFailed"));
        assertEquals(PutResult.ALREADY_PRESENT, present.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        fails(Kind.INVALID, () -> present.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE));
    }

    @Test
    void anAnswerOfSomethingInBetweenIsNotAbsence() throws IOException {
        BlobStore empty = behind(request -> new Answer(404, "", ""));
        fails(Kind.UNAVAILABLE, () -> empty.get("k"));
        BlobStore page = behind(request -> new Answer(404, "Content-Type: text/html\r\n", "<html>not here</html>"));
        fails(Kind.UNAVAILABLE, () -> page.get("k"));
    }

    @Test
    void theSuccessOfSomethingInBetweenIsNone() throws IOException {
        BlobStore store = behind(request -> new Answer(200, "Content-Type: text/html\r\n", "<html>log in</html>"));
        List<Executable> calls = List.of(
                () -> store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE),
                () -> store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT),
                () -> store.put("k", unknown(LARGE), PutMode.OVERWRITE),
                () -> store.get("k"),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("k")),
                () -> store.delete(List.of("k", "l")));
        for (Executable call : calls) {
            StoreException failure = assertThrows(StoreException.class, call);
            assertTrue(failure.kind().retryable(), failure::toString);
        }
    }
}
