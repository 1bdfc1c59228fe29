package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@DisplayName("on fake-gcs-server")
@EnabledIfEnvironmentVariable(
        named = FakeGcsJobIT.ADDRESS,
        matches = ".+",
        disabledReason = "fake-gcs-server is started by ci/stores/up")
class FakeGcsJobIT extends StoreJob {

    static final String ADDRESS = "WALARCHIVE_TEST_FAKE_GCS";

    private final String address = System.getenv(ADDRESS);

    @Override
    Map<String, String> newArchive() {
        String bucket = "bucket-" + UUID.randomUUID();
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/storage/v1/b?project=any"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"" + bucket + "\"}"))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        return Map.of("WALE_GS_PREFIX", "gs://" + bucket + "/some/dir", "STORAGE_EMULATOR_HOST", address);
    }

    @Override
    Map<String, String> elsewhere() {
        return Map.of("WALE_GS_PREFIX", "gs://bucket-never-made/some/dir");
    }
}
