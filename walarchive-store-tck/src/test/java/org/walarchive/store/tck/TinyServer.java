package org.walarchive.store.tck;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;

/**
 * A service of blobs: {@code PUT}, {@code GET} and {@code DELETE /blobs/key}, {@code PUT /parts/id/n}, {@code POST
 * /commit/id/parts/key}, {@code GET /list/prefix}. Each of its replies has the field {@code X-Tiny}; bodies go with their checksum.
 */
final class TinyServer implements AutoCloseable {

    static final String MARK = "X-Tiny";
    static final String SUM = "X-Sum";

    private final NavigableMap<String, byte[]> blobs = new ConcurrentSkipListMap<>();
    private final Map<String, byte[]> parts = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    TinyServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(FaultProxy.loopback(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    static String sum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return Long.toHexString(crc.getValue());
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String sum = exchange.getRequestHeaders().getFirst(SUM);
            String[] path = exchange.getRequestURI().getPath().split("/", 3);
            if (sum != null && !sum.equals(sum(body))) {
                reply(exchange, 400, new byte[0]);
                return;
            }
            switch (exchange.getRequestMethod() + " " + path[1]) {
                case "PUT blobs" -> put(exchange, path[2], body);
                case "PUT parts" -> {
                    parts.put(path[2], body);
                    reply(exchange, 201, new byte[0]);
                }
                case "POST commit" -> {
                    String[] upload = path[2].split("/", 3);
                    ByteArrayOutputStream whole = new ByteArrayOutputStream();
                    for (int i = 0; i < Integer.parseInt(upload[1]); i++) {
                        whole.write(parts.get(upload[0] + "/" + i));
                    }
                    put(exchange, upload[2], whole.toByteArray());
                }
                case "GET blobs" -> {
                    byte[] blob = blobs.get(path[2]);
                    reply(exchange, blob == null ? 404 : 200, blob == null ? new byte[0] : blob);
                }
                case "GET list" -> list(exchange, path[2]);
                case "DELETE blobs" -> {
                    blobs.remove(path[2]);
                    reply(exchange, 204, new byte[0]);
                }
                default -> reply(exchange, 405, new byte[0]);
            }
        }
    }

    private void put(HttpExchange exchange, String key, byte[] content) throws IOException {
        boolean conditional = exchange.getRequestHeaders().containsKey("If-None-Match");
        boolean present = conditional ? blobs.putIfAbsent(key, content) != null : blobs.put(key, content) == content;
        reply(exchange, present ? 412 : 201, new byte[0]);
    }

    private void list(HttpExchange exchange, String prefix) throws IOException {
        StringBuilder lines = new StringBuilder();
        blobs.tailMap(prefix).forEach((key, blob) -> {
            if (key.startsWith(prefix)) {
                lines.append(key).append(' ').append(blob.length).append('\n');
            }
        });
        reply(exchange, 200, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set(MARK, "yes");
        exchange.getResponseHeaders().set(SUM, sum(body));
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
