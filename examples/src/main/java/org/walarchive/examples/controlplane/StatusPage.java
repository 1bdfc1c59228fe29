package org.walarchive.examples.controlplane;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells over HTTP how the clusters are doing, to clients on the same machine: {@code /status} as JSON, with 200 if all is well and 503 if a person should
 * look.
 */
final class StatusPage implements AutoCloseable {

    private final HttpServer server;
    private final Supplier<Collection<ClusterStatus>> clusters;

    StatusPage(int port, Supplier<Collection<ClusterStatus>> clusters) throws IOException {
        this.clusters = clusters;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/status", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Collection<ClusterStatus> now = clusters.get();
            byte[] body = json(now).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            boolean trouble = now.stream().anyMatch(ClusterStatus::isInTrouble);
            exchange.sendResponseHeaders(trouble ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    static String json(Collection<ClusterStatus> clusters) {
        return clusters.stream().map(StatusPage::json).collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    private static String json(ClusterStatus status) {
        String steps = status.last().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(step -> "    " + quote(step.getKey()) + ": {\"at\": "
                        + quote(step.getValue().at())
                        + ", \"failed\": " + step.getValue().failed()
                        + ", \"message\": " + quote(step.getValue().message())
                        + ", \"successes\": " + step.getValue().successes() + "}")
                .collect(Collectors.joining(",\n", "{\n", "\n  }"));
        return "  " + quote(status.cluster()) + ": {\"doing\": "
                + status.doing().map(StatusPage::quote).orElse("null") + ", \"next\": " + quote(status.next())
                + ", \"in_trouble\": " + status.isInTrouble() + ", \"last\": " + steps + "}";
    }

    private static String quote(Object value) {
        StringBuilder text = new StringBuilder("\"");
        value.toString().chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\').append((char) c);
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", c));
            } else {
                text.append((char) c);
            }
        });
        return text.append('"').toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
