package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/** What a user may do who has no other rights than a container's ACLs, on Swift with TempAuth. */
@EnabledIfEnvironmentVariable(named = SwiftServer.V1_URL, matches = ".+", disabledReason = SwiftServer.WHERE)
@DisabledIfEnvironmentVariable(
        named = SwiftServer.V1_USER,
        matches = ".+",
        disabledReason = "another cluster has not the user test:limited")
final class SwiftRightsIT {

    private static final byte[] LARGE = new byte[4_000_000];

    private SwiftServer server;
    private String container;

    @BeforeEach
    void find() throws IOException {
        server = SwiftServer.v1();
        container = server.makeContainer();
    }

    private void allow(String... headers) throws IOException {
        Request.Builder request = server.request(container, "").post(RequestBody.create(null, new byte[0]));
        for (String header : headers) {
            request.header(header, "test:limited");
        }
        try (Reply reply = server.send(request)) {
            assertTrue(reply.isSuccess());
        }
    }

    private BlobStore limited() throws StoreException {
        return SwiftServer.open(
                server.provider().user("test:limited").password("testing").segmentSizeBytes(1 << 20), container);
    }

    @Test
    void toReadAndWriteTheContainerIsEnough() throws IOException {
        allow("X-Container-Read", "X-Container-Write");
        try (BlobStore store = limited()) {
            store.put("large", BlobSource.of(LARGE), PutMode.IF_ABSENT);
            store.put("small", BlobSource.of(new byte[1]), PutMode.OVERWRITE);
            try (BlobContent content = store.get("large")) {
                assertEquals(LARGE.length, content.stream().readAllBytes().length);
            }
            assertEquals(Kind.NOT_FOUND, failure(() -> store.get("absent")).kind());
            assertEquals(2, store.list("", ListDepth.ALL, null).blobs().size());
            store.delete(List.of("small", "large"));
            assertEquals(List.of(), server.names(container));
        }
    }

    private static StoreException failure(Executable call) {
        return assertThrows(StoreException.class, call);
    }

    @Test
    void whatIsNotAllowedIsSaid() throws IOException {
        server.send(server.request(container, "//some/dir/k").put(RequestBody.create(null, new byte[1])))
                .close();
        try (BlobStore store = limited()) {
            for (Executable call : List.<Executable>of(
                    () -> store.get("k"),
                    () -> store.get("absent"),
                    () -> store.list("", ListDepth.ALL, null),
                    () -> store.put("new", BlobSource.of(new byte[1]), PutMode.OVERWRITE))) {
                StoreException failure = failure(call);
                assertEquals(Kind.ACCESS_DENIED, failure.kind(), failure::toString);
                assertTrue(failure.hint().orElse("").contains("ACL"), failure::toString);
            }
            allow("X-Container-Read");
            assertEquals(1, store.list("", ListDepth.ALL, null).blobs().size());
            for (Executable call : List.<Executable>of(
                    () -> store.put("new", BlobSource.of(new byte[1]), PutMode.IF_ABSENT),
                    () -> store.put("new", BlobSource.of(LARGE), PutMode.IF_ABSENT),
                    () -> store.delete(List.of("k")),
                    () -> store.delete(List.of("k", "l")))) {
                StoreException failure = failure(call);
                assertEquals(Kind.ACCESS_DENIED, failure.kind(), failure::toString);
            }
        }
        assertEquals(List.of("/some/dir/k"), server.names(container));
    }
}
