package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.swift.ScriptedSwift.object;
import static org.walarchive.store.swift.ScriptedSwift.swift;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.support.Latches;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.LoseReply;
import org.walarchive.store.tck.ProxiedRequest;

/** What the store makes of a service's answers. */
final class SwiftBlobStoreTest {

    private static final byte[] SMALL = "a blob".getBytes(StandardCharsets.US_ASCII);

    /** Four segments of the smallest size. */
    private static final byte[] LARGE = new byte[4_000_000];

    private static final String MANIFEST = "multipart-manifest=put";

    private ScriptedSwift service;

    @BeforeEach
    void start() throws IOException {
        service = new ScriptedSwift();
    }

    @AfterEach
    void stop() throws IOException {
        service.close();
    }

    private static StoreException fails(Kind kind, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertEquals(kind, failure.kind(), failure::toString);
        return failure;
    }

    private static Executable put(BlobStore store, byte[] content) {
        return () -> store.put("k", BlobSource.of(content), PutMode.OVERWRITE);
    }

    private List<String> sent(String method) {
        return service.requests().stream()
                .filter(request -> request.method().equals(method))
                .map(ProxiedRequest::target)
                .toList();
    }

    @Test
    void namesBeginWithASlashAndAreEncoded() throws IOException {
        service.open().put("a b/\u00fc%", BlobSource.of(SMALL), PutMode.OVERWRITE);
        assertEquals(List.of("/v1/account/container//some/dir/a%20b/%C3%BC%25"), sent("PUT"));
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID, x",
        "401, ACCESS_DENIED, x",
        "403, ACCESS_DENIED, x",
        "404, NO_CONTAINER, x",
        "408, UNAVAILABLE, x",
        "409, UNAVAILABLE, x",
        "412, INVALID, x",
        "413, NO_SPACE, Upload exceeds quota.",
        "413, INVALID, Your request is too large.",
        "422, CORRUPT, x",
        "429, THROTTLED, x",
        "498, THROTTLED, Rate Limited",
        "500, UNAVAILABLE, x",
        "501, INVALID, x",
        "503, UNAVAILABLE, x",
        "507, NO_SPACE, x"
    })
    void whatAPutIsAnsweredHasAKind(int status, Kind kind, String words) throws IOException {
        service.when("PUT", "/k", swift(status, Map.of(), "<html><h1>Title</h1><p>" + words + "</p></html>"));
        StoreException failure = fails(kind, put(service.open(), SMALL));
        assertEquals(
                "cannot put k in swift://container/some/dir: " + status + " Title " + words + " (request tx4711)",
                failure.getMessage());
        assertEquals(status == 401 ? 2 : 1, service.count("PUT", "/k"), "requests");
    }

    @Test
    void howLongToWaitIsRead() throws IOException {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(10));
        for (String text : List.of("7", date)) {
            service.when("PUT", "/k", swift(503, Map.of("Retry-After", text), ""));
            Optional<Duration> wait =
                    fails(Kind.THROTTLED, put(service.open(), SMALL)).retryAfter();
            long seconds = wait.orElseThrow().toSeconds();
            assertTrue(text.equals("7") ? seconds == 7 : seconds > 590 && seconds <= 600, () -> wait + " of " + text);
        }
    }

    @Test
    void okHttpDoesNotTryAgainByItself() throws IOException {
        service.when("GET", "/k", swift(408, Map.of(), ""));
        BlobStore store = service.open();
        fails(Kind.UNAVAILABLE, () -> store.get("k"));
        service.when("GET", "/k", swift(503, Map.of("Retry-After", "0"), ""));
        fails(Kind.UNAVAILABLE, () -> store.get("k"));
        service.when("GET", "/k", new LoseReply(Ending.CLOSE));
        assertThrows(StoreException.class, () -> store.get("k"));
        assertEquals(3, service.count("GET", "/k"));
    }

    @Test
    void aCompressedAnswerIsNotAskedFor() throws IOException {
        service.when("GET", "/k", object("content"));
        try (BlobContent content = service.open().get("k")) {
            assertEquals("content", new String(content.stream().readAllBytes(), StandardCharsets.US_ASCII));
        }
        assertTrue(service.requests().stream()
                .allMatch(request -> request.header("accept-encoding").equals(Optional.of("identity"))));
    }

    @Test
    void anObjectThatIsMissingAndAContainerThatIsMissingAreToldApart() throws IOException {
        BlobStore store = service.open();
        StoreException absent = fails(Kind.NOT_FOUND, () -> store.get("k"));
        assertTrue(absent.getMessage().startsWith("cannot get k in swift://"), absent::getMessage);
        service.when("HEAD", "/container", swift(404, Map.of(), ""));
        fails(Kind.NO_CONTAINER, () -> store.get("k"));
        service.when("HEAD", "/container", swift(503, Map.of(), ""));
        fails(Kind.UNAVAILABLE, () -> store.get("k"));
    }

    @Test
    void aPutIsHeldToTheServicesChecksum() throws IOException {
        service.when("PUT", "/k", swift(201, Map.of("ETag", "0".repeat(32)), ""));
        fails(Kind.CORRUPT, put(service.open(), SMALL));
        service.when("PUT", "/k", swift(201, Map.of(), ""));
        fails(Kind.CORRUPT, put(service.open(), SMALL));
        service.when("PUT", "/k", swift(202, Map.of("ETag", "0".repeat(32)), ""));
        fails(Kind.UNAVAILABLE, put(service.open(), SMALL));
    }

    @Test
    void aReadIsHeldToTheServicesChecksum() throws IOException {
        service.when("GET", "/k", swift(200, Map.of("ETag", "0".repeat(32)), "content"));
        try (BlobContent content = service.open().get("k")) {
            fails(Kind.CORRUPT, () -> content.stream().readAllBytes());
            fails(Kind.CORRUPT, () -> content.stream().read());
        }
        service.when("GET", "/k", swift(200, Map.of(), "content"));
        fails(Kind.CORRUPT, () -> service.open().get("k"));
    }

    @Test
    void ofALargeObjectOfAnotherClientOnlyTheLengthIsKnown() throws IOException {
        for (String header : List.of("X-Static-Large-Object", "X-Object-Manifest")) {
            service.when(
                    "GET", "/k", swift(200, Map.of("ETag", "\"" + "0".repeat(32) + "\"", header, "true"), "content"));
            try (BlobContent content = service.open().get("k")) {
                assertEquals(7, content.stream().readAllBytes().length);
            }
        }
    }

    @Test
    void ifAbsentLooksFirstAndAsksTheServiceToo() throws IOException {
        BlobStore store = service.open();
        assertEquals(PutResult.WRITTEN, store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        assertEquals(List.of("/v1/account/container//some/dir/k"), sent("HEAD"));
        ProxiedRequest put = service.requests().get(1);
        assertEquals(Optional.of("*"), put.header("if-none-match"));
        service.when("PUT", "/k", swift(412, Map.of(), ""));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        service.when("HEAD", "/k", swift(200, Map.of("ETag", "0".repeat(32)), ""));
        assertEquals(PutResult.ALREADY_PRESENT, store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
        assertEquals(2, service.count("PUT", "/k"));
        service.when("HEAD", "/k", new Answer(200, Map.of(), ""));
        fails(Kind.UNAVAILABLE, () -> store.put("k", BlobSource.of(SMALL), PutMode.IF_ABSENT));
    }

    @Test
    void aLargeBlobIsSegmentsAndAManifest() throws IOException {
        assertEquals(PutResult.WRITTEN, service.open().put("k", BlobSource.of(LARGE), PutMode.OVERWRITE));
        List<String> puts = sent("PUT");
        assertEquals(6, puts.size(), puts::toString);
        assertTrue(puts.stream()
                .limit(4)
                .allMatch(target ->
                        target.matches("/v1/account/container/walarchive-segments/some/dir/k//[0-9a-f]{16}/000[1-4]")));
        assertTrue(puts.get(4).endsWith("/0000?" + MANIFEST), "the trial: " + puts.get(4));
        assertEquals("/v1/account/container//some/dir/k?" + MANIFEST, puts.get(5));
        ProxiedRequest manifest = service.requests().get(service.requests().size() - 1);
        assertTrue(
                manifest.header("x-object-meta-walarchive-segments").orElse("").contains(" 4x1048576 "),
                manifest::text);
        assertEquals(Optional.of("application/octet-stream;walarchive-bytes=4000000"), manifest.header("content-type"));
        assertEquals(1, sent("DELETE").size(), "the trial is deleted, and nothing else");
    }

    @Test
    void aLargeBlobOfALongNameIsRefusedBeforeAnythingIsSent() throws IOException {
        BlobStore store = service.open();
        String longest = "k".repeat(StoreKeys.MAX_LENGTH_BYTES);
        assertEquals(PutResult.WRITTEN, store.put(longest, BlobSource.of(LARGE), PutMode.OVERWRITE));
        SwiftStoreProvider provider = service.provider().build();
        try (BlobStore deep =
                provider.open(StoreLocation.parse("swift://container/" + "p".repeat(100)), StoreSettings.none())) {
            assertEquals(PutResult.WRITTEN, deep.put(longest, BlobSource.of(SMALL), PutMode.OVERWRITE));
            StoreException failure =
                    fails(Kind.INVALID, () -> deep.put(longest, BlobSource.of(LARGE), PutMode.OVERWRITE));
            assertTrue(failure.getMessage().contains("1024 bytes"), failure::getMessage);
        }
        assertTrue(service.requests().stream()
                .allMatch(request -> !request.target().startsWith("/v1/account/container/walarchive-segments")
                        || request.target().split("[?]")[0].length() - "/v1/account/container/".length() <= 1024));
    }

    @Test
    void aClusterWithoutLargeObjectsKeepsNoManifestAsABlob() throws IOException {
        service.when("HEAD", "/0000", swift(200, Map.of("ETag", "0".repeat(32)), ""));
        StoreException failure = fails(Kind.INVALID, put(service.open(), LARGE));
        assertTrue(failure.hint().orElse("").contains("slo"), failure::toString);
        assertEquals(0, service.count("PUT", "/k?"));
        assertEquals(1, service.count("POST", "bulk-delete"));
    }

    @Test
    void aManifestThatIsRefusedLeavesNoSegments() throws IOException {
        service.when("PUT", "/k?" + MANIFEST, swift(400, Map.of(), "Errors: /c/o, 404 Not Found"));
        fails(Kind.UNAVAILABLE, put(service.open(), LARGE));
        assertEquals(1, service.count("POST", "bulk-delete"));
    }

    @Test
    void aManifestThatMayBeThereKeepsItsSegmentsUntilTheNextPut() throws IOException {
        BlobStore store = service.open();
        service.when("PUT", "/k?" + MANIFEST, new LoseReply(Ending.RESET));
        fails(Kind.UNAVAILABLE, put(store, LARGE));
        assertEquals(0, service.count("POST", "bulk-delete"));
        service.when("PUT", "/k?" + MANIFEST, swift(503, Map.of(), ""));
        fails(Kind.UNAVAILABLE, put(store, LARGE));
        assertEquals(0, service.count("POST", "bulk-delete"));
        service.when("PUT", "/k?" + MANIFEST, swift(201, Map.of("ETag", "e"), ""));
        page(
                "prefix=walarchive-segments/some/dir/k//",
                entry("walarchive-segments/1") + "," + entry("walarchive-segments/2"));
        assertEquals(PutResult.WRITTEN, store.put("k", BlobSource.of(LARGE), PutMode.OVERWRITE));
        assertEquals(2, service.count("POST", "bulk-delete"), "of each of the two puts before");
    }

    @Test
    void theSegmentsOfABlobThatIsReplacedAreDeletedUnlessItIsStillThere() throws IOException {
        Answer old = swift(
                200,
                Map.of(
                        "X-Static-Large-Object",
                        "True",
                        "X-Object-Meta-Walarchive-Segments",
                        "0123456789abcdef 4x1048576 " + "0".repeat(32)),
                "");
        page("prefix=walarchive-segments/some/dir/k//0123456789abcdef/", entry("walarchive-segments/x"));
        service.when("HEAD", "/k", old);
        BlobStore store = service.open();
        store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE);
        assertEquals(List.of(), sent("DELETE"), "the object that was there is there again");
        service.when("HEAD", "/k", request -> sent("PUT").size() > 1 ? swift(200, Map.of(), "") : old);
        store.put("k", BlobSource.of(SMALL), PutMode.OVERWRITE);
        assertEquals(List.of("/v1/account/container/walarchive-segments/x"), sent("DELETE"));
    }

    /** Answers a list with one page. */
    private void page(String query, String entries) {
        service.when(
                "GET",
                query,
                request -> swift(200, Map.of(), request.target().contains("marker=") ? "[]" : "[" + entries + "]"));
    }

    @Test
    void aBlobIsDeletedWithAllItsSegmentsAndWithoutThoseOfTheBlobsBelowIt() throws IOException {
        page("delimiter=", "{\"subdir\":\"walarchive-segments/some/dir/k/\"}");
        page("prefix=walarchive-segments/some/dir/k//", entry("walarchive-segments/some/dir/k//1/0001"));
        service.open().delete(List.of("k"));
        assertEquals(
                List.of(
                        "/v1/account/container//some/dir/k",
                        "/v1/account/container/walarchive-segments/some/dir/k//1/0001"),
                sent("DELETE"));
    }

    private static String entry(String name) {
        return "{\"name\":\"" + name
                + "\",\"bytes\":3,\"hash\":\"x\",\"last_modified\":\"2026-11-21T07:00:00.123456\"}";
    }

    @Test
    void aShortPageIsNotTheEnd() throws IOException {
        service.when("GET", "format=json", request -> {
            String target = request.target();
            if (!target.contains("marker=")) {
                return swift(200, Map.of(), "[" + entry("/some/dir/a") + "," + entry("/some/dir/dir/") + "]");
            }
            return swift(
                    200, Map.of(), target.contains("marker=/some/dir/b") ? "[]" : "[" + entry("/some/dir/b") + "]");
        });
        // What is not after the marker is left out; a page of nothing else does not lead on.
        BlobStore store = service.open();
        ListPage first = store.list("", ListDepth.ALL, null);
        assertEquals(List.of("a"), first.blobs().stream().map(BlobInfo::key).toList());
        StoreException stuck = fails(
                Kind.CORRUPT,
                () -> store.list("", ListDepth.ALL, first.nextPageToken().orElseThrow()));
        assertTrue(stuck.getMessage().contains("the page before"), stuck::getMessage);
    }

    @Test
    void theSizeOfALargeBlobIsThatOfTheWhole() throws IOException {
        page("format=json", entry("/some/dir/a").replace("}", ",\"content_type\":\"x/y; walarchive-bytes=4000000\"}"));
        assertEquals(
                4_000_000,
                service.open().list("", ListDepth.ALL, null).blobs().get(0).sizeBytes());
    }

    @Test
    void aListThatIsNoneIsNoEmptyList() throws IOException {
        BlobStore store = service.open();
        for (String body :
                List.of("", "[", "{}", "[] []", "null", "[{}]", "[{\"name\":\"/some/dir/a\"}]", "<html></html>")) {
            service.when("GET", "format=json", swift(200, Map.of(), body));
            fails(Kind.CORRUPT, () -> store.list("", ListDepth.ALL, null));
        }
        service.when("GET", "format=json", swift(204, Map.of(), ""));
        assertEquals(List.of(), store.list("", ListDepth.ALL, null).blobs());
        service.when("GET", "format=json", new Answer(204, Map.of(), ""));
        fails(Kind.UNAVAILABLE, () -> store.list("", ListDepth.ALL, null));
        service.when("GET", "format=json", swift(404, Map.of(), ""));
        fails(Kind.NO_CONTAINER, () -> store.list("", ListDepth.ALL, null));
    }

    private static Answer bulk(String status, int deleted, int absent, String errors) {
        return swift(
                200,
                Map.of(),
                "  {\"Response Status\":\"" + status + "\",\"Response Body\":\"\",\"Number Deleted\":" + deleted
                        + ",\"Number Not Found\":" + absent + ",\"Errors\":[" + errors + "]}");
    }

    @Test
    void anErrorInTheSuccessOfABulkDeleteIsAnError() throws IOException {
        BlobStore store = service.open();
        service.when("POST", "bulk-delete", bulk("200 OK", 1, 1, ""));
        store.delete(List.of("a", "b"));
        service.when(
                "POST",
                "bulk-delete",
                bulk("400 Bad Request", 1, 0, "[\"%2Fcontainer%2F%2Fsome%2Fdir%2Fb%2B\",\"503 Service Unavailable\"]"));
        StoreException failure = fails(Kind.UNAVAILABLE, () -> store.delete(List.of("a", "b+")));
        assertTrue(failure.getMessage().startsWith("cannot delete /some/dir/b+ in"), failure::getMessage);
        service.when("POST", "bulk-delete", bulk("502 Bad Gateway", 1, 0, ""));
        fails(Kind.UNAVAILABLE, () -> store.delete(List.of("a", "b")));
        service.when("POST", "bulk-delete", bulk("200 OK", 1, 0, ""));
        fails(Kind.CORRUPT, () -> store.delete(List.of("a", "b")));
        service.when("POST", "bulk-delete", swift(200, Map.of(), "{\"Response Status\":"));
        fails(Kind.CORRUPT, () -> store.delete(List.of("a", "b")));
        assertEquals(List.of(), sent("DELETE"));
    }

    @Test
    void whereThereIsNoBulkDeleteEachIsDeleted() throws IOException {
        List<String> keys = IntStream.range(0, 9).mapToObj(i -> "k" + i).toList();
        for (Answer without : List.of(
                swift(204, Map.of(), ""),
                swift(200, Map.of(), ""),
                swift(403, Map.of(), ""),
                swift(405, Map.of(), ""))) {
            int before = sent("DELETE").size();
            service.when("POST", "bulk-delete", without);
            service.open().delete(keys);
            assertEquals(before + keys.size(), sent("DELETE").size(), without::toString);
        }
        service.when("DELETE", "/k7", swift(403, Map.of(), ""));
        BlobStore store = service.open();
        StoreException failure = fails(Kind.ACCESS_DENIED, () -> store.delete(keys));
        assertTrue(failure.getMessage().contains("/some/dir/k7"), failure::getMessage);
        assertFalse(failure.hint().isEmpty());
    }

    @Test
    void nothingIsBeingDeletedAnyMoreWhenADeletionHasFailed() throws IOException {
        AtomicInteger running = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(3);
        service.when("POST", "bulk-delete", swift(405, Map.of(), ""))
                .when("DELETE", "/k", request -> {
                    running.incrementAndGet();
                    begun.countDown();
                    Latches.awaitUninterruptibly(new CountDownLatch(1), Duration.ofMillis(200));
                    running.decrementAndGet();
                    return swift(204, Map.of(), "");
                })
                .when("DELETE", "/k0", request -> {
                    Latches.awaitUninterruptibly(begun, Duration.ofSeconds(2));
                    return swift(403, Map.of(), "");
                });
        BlobStore store = service.open();
        fails(Kind.ACCESS_DENIED, () -> store.delete(List.of("k0", "k1", "k2", "k3")));
        assertEquals(0, running.get());
    }
}
