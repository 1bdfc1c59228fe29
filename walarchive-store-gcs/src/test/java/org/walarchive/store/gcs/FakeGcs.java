package org.walarchive.store.gcs;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** The server that ci/stores/up has started. */
final class FakeGcs {

    static final String VARIABLE = "WALARCHIVE_TEST_FAKE_GCS";
    static final String DISABLED = "fake-gcs-server is started by ci/stores/up";

    private FakeGcs() {}

    static URI address() {
        return URI.create(System.getenv(VARIABLE));
    }

    /** Makes a bucket and returns its name. */
    static String makeBucket() {
        String name = "bucket-" + UUID.randomUUID();
        HttpRequest request = HttpRequest.newBuilder(address().resolve("/storage/v1/b?project=any"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"" + name + "\"}"))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError("bucket was not made: " + answer.body());
            }
            return name;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static BlobStore open(GcsStoreProvider.Builder builder, String bucket) throws StoreException {
        return builder.build().open(StoreLocation.parse("gs://" + bucket + "/some/dir"), StoreSettings.none());
    }
}
