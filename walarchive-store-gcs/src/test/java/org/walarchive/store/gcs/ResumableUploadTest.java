package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.gcs.ScriptedService.Reply;
import org.walarchive.store.gcs.ScriptedService.Request;

/** The protocol of large puts, on a script. */
@Timeout(60)
final class ResumableUploadTest {

    private static final int CHUNK = 256 << 10;
    private static final String SECRET = "the-upload-id";

    private final ScriptedService service;
    private final BlobStore store;
    private byte[] content = TestContent.bytes(4 * CHUNK + 5);

    ResumableUploadTest() throws IOException {
        service = new ScriptedService(this::usual);
        store = GcsStoreProvider.builder()
                .emulator(service.address())
                .set(SettingsReader.CHUNK_SIZE, String.valueOf(CHUNK))
                .build()
                .open(StoreLocation.parse("gs://bucket/dir"), StoreSettings.none());
    }

    @AfterEach
    void close() {
        store.close();
        service.close();
    }

    private Reply usual(Request request) {
        return switch (request.method()) {
            case "POST" -> session(service.address() + "/upload/storage/v1/b/bucket/o?upload_id=" + SECRET);
            case "PUT" -> isLast(request) ? TestContent.stored(content) : held(last(request));
            case "DELETE" -> Reply.json(499, "");
            default -> Reply.error(400, "invalid", "not in the script");
        };
    }

    private static Reply session(String address) {
        return new Reply(200, Map.of("Location", address), "");
    }

    private static boolean isLast(Request request) {
        return !request.header("content-range").endsWith("/*");
    }

    private static int last(Request chunk) {
        return Integer.parseInt(chunk.header("content-range").replaceAll(".*-(\\d+)/.*", "$1"));
    }

    private static Reply held(int lastByte) {
        return new Reply(308, Map.of("Range", "bytes=0-" + lastByte), "");
    }

    private PutResult put(PutMode mode) throws IOException {
        return store.put("k", TestContent.unknown(content), mode);
    }

    private StoreException fails(Kind kind, Function<Request, Reply> script) {
        service.say(script);
        StoreException failure = assertThrows(StoreException.class, () -> put(PutMode.OVERWRITE));
        assertEquals(kind, failure.kind(), failure::toString);
        GcsStoreProviderTest.assertClean(failure, SECRET);
        return failure;
    }

    @Test
    void aSystemWithoutThreadsIsAFailureThatIsTriedAgain() throws IOException {
        // By the factory: from Java 21 on a pool does not start its threads by Thread.start, which could be overridden.
        ExecutorService none = Executors.newCachedThreadPool(task -> {
            throw new OutOfMemoryError("unable to create native thread: possibly out of memory");
        });
        GcsConfig config = SettingsReader.read(StoreSettings.of(
                Map.of(SettingsReader.EMULATOR, service.address(), SettingsReader.CHUNK_SIZE, String.valueOf(CHUNK))));
        try (GcsConnection connection = GcsConnection.open(config, none)) {
            BlobStore without =
                    new GcsBlobStore(new GcsBucket(StoreLocation.parse("gs://bucket/dir")), config, connection, none);
            StoreException failure = assertThrows(
                    StoreException.class, () -> without.put("k", TestContent.unknown(content), PutMode.OVERWRITE));
            assertEquals(Kind.UNAVAILABLE, failure.kind());
            assertEquals("no thread could be started while k was put", failure.getMessage());
        }
    }

    private List<String> ranges() {
        return service.requests().stream()
                .filter(request -> request.method().equals("PUT"))
                .map(request -> request.header("content-range"))
                .toList();
    }

    private long cancels() {
        return service.requests().stream()
                .filter(request -> request.is("DELETE", SECRET))
                .count();
    }

    @Test
    void onlyTheLastChunkTellsTheLengthAndTheChecksum() throws IOException {
        assertEquals(PutResult.WRITTEN, put(PutMode.IF_ABSENT));
        assertEquals(
                List.of(
                        "bytes 0-262143/*",
                        "bytes 262144-524287/*",
                        "bytes 524288-786431/*",
                        "bytes 786432-1048575/*",
                        "bytes 1048576-1048580/1048581"),
                ranges());
        Request begin = service.requests().get(0);
        assertEquals("resumable", begin.parameter("uploadType").orElseThrow());
        assertEquals("0", begin.parameter("ifGenerationMatch").orElseThrow());
        assertTrue(begin.body().contains("\"name\":\"/dir/k\""), begin::body);
        List<Request> chunks = service.requests().subList(1, 6);
        assertEquals("crc32c=" + TestContent.crc32c(content), chunks.get(4).header("x-goog-hash"));
        assertTrue(chunks.subList(0, 4).stream()
                .allMatch(chunk -> chunk.header("x-goog-hash").isEmpty()));
        StringBuilder sent = new StringBuilder();
        chunks.forEach(chunk -> sent.append(chunk.body()));
        assertEquals(new String(content, StandardCharsets.ISO_8859_1), sent.toString());
        assertEquals(0, cancels());
    }

    @Test
    void aWholeNumberOfChunksEndsWithAWholeOne() throws IOException {
        content = TestContent.bytes(4 * CHUNK);
        assertEquals(PutResult.WRITTEN, put(PutMode.OVERWRITE));
        assertEquals("bytes 786432-1048575/1048576", ranges().get(3));
        assertEquals(4, ranges().size());
    }

    @Test
    void whatTheServiceDidNotTakeIsSentOn() throws IOException {
        int taken = CHUNK + CHUNK / 2;
        service.say(request -> request.header("content-range").startsWith("bytes 262144-")
                ? held(taken - 1)
                : request.header("content-range").startsWith("bytes 1048576-") ? held(1048578) : usual(request));
        assertEquals(PutResult.WRITTEN, put(PutMode.OVERWRITE));
        assertEquals("bytes 262144-524287/*", ranges().get(1));
        assertEquals("bytes " + taken + "-524287/*", ranges().get(2));
        assertEquals("bytes 1048579-1048580/1048581", ranges().get(6));
        Request rest = service.requests().get(3);
        assertEquals(new String(content, taken, 2 * CHUNK - taken, StandardCharsets.ISO_8859_1), rest.body());
    }

    @Test
    void aServiceThatTakesNothingOrTooMuchFailsThePut() {
        fails(
                Kind.UNAVAILABLE,
                request -> request.method().equals("PUT") ? new Reply(308, Map.of(), "") : usual(request));
        fails(Kind.UNAVAILABLE, request -> request.method().equals("PUT") ? held(10_000_000) : usual(request));
        fails(
                Kind.UNAVAILABLE,
                request ->
                        request.method().equals("PUT") && isLast(request) ? held(content.length - 1) : usual(request));
        assertEquals(3, cancels());
    }

    @Test
    void anUploadThatFailsIsCancelled() {
        fails(
                Kind.UNAVAILABLE,
                request -> request.header("content-range").startsWith("bytes 524288-")
                        ? Reply.error(500, "backendError", "oops")
                        : usual(request));
        assertEquals(1, cancels());
        fails(
                Kind.UNAVAILABLE,
                request -> request.method().equals("PUT") ? Reply.error(404, "notFound", "gone") : usual(request));
        fails(
                Kind.UNAVAILABLE,
                request -> request.method().equals("PUT") ? Reply.error(410, "gone", "gone") : usual(request));
        fails(
                Kind.CORRUPT,
                request -> request.method().equals("PUT") && isLast(request)
                        ? Reply.error(400, "invalid", "Provided CRC32C doesn't match calculated CRC32C")
                        : usual(request));
        fails(Kind.CORRUPT, request -> request.method().equals("PUT") ? TestContent.stored(content) : usual(request));
        assertEquals(5, cancels());
    }

    @Test
    void anObjectThatArrivedOtherwiseIsDeletedAgain() {
        fails(
                Kind.CORRUPT,
                request -> request.method().equals("PUT") && isLast(request)
                        ? TestContent.stored(content.length, "AAAAAA==")
                        : usual(request));
        assertTrue(service.requests().stream()
                .anyMatch(request -> request.is("DELETE", "/o/%2Fdir%2Fk?generation=4711&ifGenerationMatch=4711")));
    }

    @Test
    void presenceShowsAtTheBeginningOrAtTheEnd() throws IOException {
        Reply unmet = Reply.error(412, "conditionNotMet", "no");
        service.say(request -> unmet);
        assertEquals(PutResult.ALREADY_PRESENT, put(PutMode.IF_ABSENT));
        assertEquals(1, service.requests().size());
        service.say(request -> request.method().equals("PUT") && isLast(request) ? unmet : usual(request));
        assertEquals(PutResult.ALREADY_PRESENT, put(PutMode.IF_ABSENT));
        assertEquals(1, cancels());
    }

    @Test
    void anAddressThatIsNotTheServicesIsNotUsed() {
        for (String address : List.of(
                "http://localhost:1/upload?upload_id=" + SECRET,
                service.address().replace("http:", "https:") + "/upload?upload_id=" + SECRET,
                service.address().replace("//", "//user@") + "/upload?upload_id=" + SECRET,
                "/upload?upload_id=" + SECRET,
                "not an address " + SECRET)) {
            fails(Kind.CORRUPT, request -> session(address));
        }
        fails(Kind.CORRUPT, request -> new Reply(200, Map.of(), ""));
        assertFalse(
                service.requests().stream().anyMatch(request -> request.method().equals("PUT")));
    }
}
