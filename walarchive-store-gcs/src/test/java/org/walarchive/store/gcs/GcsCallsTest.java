package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

final class GcsCallsTest {

    /** A client whose requests cannot be watched. */
    private static final class Unwatched extends HttpTransport {

        @Override
        protected LowLevelHttpRequest buildRequest(String method, String url) {
            return new LowLevelHttpRequest() {
                @Override
                public void addHeader(String name, String value) {}

                @Override
                public LowLevelHttpResponse execute() throws IOException {
                    throw new StoreException(Kind.UNAVAILABLE, "no thread", "Is there one?", null);
                }
            };
        }
    }

    @Test
    void aRequestThatCannotBeWatchedIsAFailureOfTheStoreWithItsHint() throws StoreException {
        ExecutorService threads = Executors.newCachedThreadPool();
        GcsConfig config = SettingsReader.read(StoreSettings.of(Map.of(SettingsReader.EMULATOR, "127.0.0.1:1")));
        GcsBucket bucket = new GcsBucket(StoreLocation.parse("gs://bucket/dir"));
        GcsRequests requests = new GcsRequests(bucket, config, new Unwatched().createRequestFactory());
        try (GcsCalls calls = new GcsCalls(bucket, requests, GcsConnection.open(config, threads))) {
            StoreException failure =
                    assertThrows(StoreException.class, () -> calls.send("cannot look for k", requests.look("dir/k")));
            assertEquals("cannot look for k in gs://bucket/dir: no thread", failure.getMessage());
            assertEquals(Kind.UNAVAILABLE, failure.kind());
            assertEquals(Optional.of("Is there one?"), failure.hint());
        }
        threads.shutdownNow();
    }
}
