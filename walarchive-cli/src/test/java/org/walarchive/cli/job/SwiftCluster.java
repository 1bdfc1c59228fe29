package org.walarchive.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;

/**
 * A Swift on this machine, with Keystone's version 3.
 *
 * @param authUrl such as {@code http://127.0.0.1:5000/v3}
 */
record SwiftCluster(URI authUrl) {

    static final String HOW_TO_START = "Swift is started by ci/stores/up";

    private static final String USER = "emu";
    private static final String PASSWORD = "emusecret1";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Makes a container and returns its name. */
    String newContainer() {
        String container = "container-" + UUID.randomUUID();
        try {
            String login = """
                    {"auth": {"identity": {"methods": ["password"], "password": {"user":
                      {"name": "%s", "domain": {"id": "default"}, "password": "%s"}}},
                     "scope": {"project": {"name": "%s", "domain": {"id": "default"}}}}}
                    """.formatted(USER, PASSWORD, USER);
            HttpResponse<String> token = send(HttpRequest.newBuilder(URI.create(authUrl + "/auth/tokens"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(login)));
            send(HttpRequest.newBuilder(URI.create(storageUrl(token.body()) + "/" + container))
                    .header(
                            "X-Auth-Token",
                            token.headers().firstValue("X-Subject-Token").orElseThrow())
                    .PUT(BodyPublishers.noBody()));
            return container;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(response + ": " + response.body());
        }
        return response;
    }

    private static String storageUrl(String token) throws IOException {
        for (JsonNode service : new ObjectMapper().readTree(token).path("token").path("catalog")) {
            if (service.path("type").asText().equals("object-store")) {
                return service.path("endpoints").path(0).path("url").asText();
            }
        }
        throw new IOException("there is no object store in " + token);
    }

    /** Returns the environment that leads to an archive in a container. */
    Map<String, String> environment(String container) {
        return Map.of(
                "WALE_SWIFT_PREFIX",
                "swift://" + container + "/some/dir",
                "SWIFT_AUTHURL",
                authUrl.toString(),
                "SWIFT_AUTH_VERSION",
                "3",
                "SWIFT_USER",
                USER,
                "SWIFT_PASSWORD",
                PASSWORD,
                "SWIFT_TENANT",
                USER);
    }
}
