package org.walarchive.core.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.walarchive.ConfigurationException;

/** Serves metrics over HTTP to clients on this machine. */
final class MetricsServer implements AutoCloseable {

    private static final String PATH = "/metrics";

    private final HttpServer server;
    private final ExecutorService thread;
    private final Supplier<String> text;

    private MetricsServer(HttpServer server, Supplier<String> text) {
        this.server = server;
        this.text = text;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "agent-metrics");
            worker.setDaemon(true);
            return worker;
        });
    }

    static MetricsServer open(int port, Supplier<String> text) throws ConfigurationException {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            MetricsServer server = new MetricsServer(http, text);
            http.createContext(PATH, server::answer);
            http.setExecutor(server.thread);
            http.start();
            return server;
        } catch (IOException e) {
            throw new ConfigurationException(
                    "metrics cannot be served on port " + port, e.getMessage(), "Is the port in use?", e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                exchange.sendResponseHeaders(404, -1);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
            } else {
                byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }
}
