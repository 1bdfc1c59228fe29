package org.walarchive.store.s3;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy of a Toxiproxy server that runs already, by the server's HTTP interface; deleted when it is closed. */
final class Toxiproxy implements AutoCloseable {

    private static final Pattern LISTEN = Pattern.compile("\"listen\":\\s*\"127\\.0\\.0\\.1:(\\d+)\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String server;
    private final String name = "walarchive-" + UUID.randomUUID();
    private final int port;

    /**
     * Makes a proxy.
     *
     * @param server the address of the HTTP interface
     * @param upstreamPort of 127.0.0.1
     */
    Toxiproxy(String server, int upstreamPort) throws IOException, InterruptedException {
        this.server = server;
        String made = call("POST", "/proxies", """
                {"name": "%s", "listen": "127.0.0.1:0", "upstream": "127.0.0.1:%d"}""".formatted(name, upstreamPort));
        Matcher listen = LISTEN.matcher(made);
        if (!listen.find()) {
            throw new IOException("toxiproxy does not tell a port: " + made);
        }
        port = Integer.parseInt(listen.group(1));
    }

    int port() {
        return port;
    }

    /**
     * Makes the network bad.
     *
     * @param type of the toxic
     * @param stream {@code upstream} for what the client sends, {@code downstream} for what it gets
     * @param attributes of the toxic, as the inside of a JSON object
     */
    void poison(String type, String stream, String attributes) throws IOException, InterruptedException {
        call("POST", "/proxies/" + name + "/toxics", """
                {"name": "%s-%s", "type": "%s", "stream": "%s", "toxicity": 1.0, "attributes": {%s}}""".formatted(type, stream, type, stream, attributes));
    }

    /** Takes a toxic away. */
    void cure(String type, String stream) throws IOException, InterruptedException {
        call("DELETE", "/proxies/" + name + "/toxics/" + type + "-" + stream, "");
    }

    /** Refuses connections, and ends those there are. */
    void disable() throws IOException, InterruptedException {
        call("POST", "/proxies/" + name, "{\"enabled\": false}");
    }

    void enable() throws IOException, InterruptedException {
        call("POST", "/proxies/" + name, "{\"enabled\": true}");
    }

    private String call(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(server + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(
                    method + " " + path + " " + body + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() throws IOException {
        try {
            call("DELETE", "/proxies/" + name, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
