package org.walarchive.store.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server on this machine that answers what a test says. */
final class ScriptedService implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "scripted-service");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Reply> script;

    /** A request, with its body as ISO 8859-1. */
    record Request(String method, String target, Map<String, List<String>> headers, String body) {

        boolean is(String wantedMethod, String part) {
            return method.equals(wantedMethod) && target.contains(part);
        }

        String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().get(0))
                    .findFirst()
                    .orElse("");
        }

        /** Returns a parameter of the query, decoded. */
        Optional<String> parameter(String name) {
            String query = target.substring(target.indexOf('?') + 1);
            return List.of(query.split("&")).stream()
                    .filter(each -> each.startsWith(name + "="))
                    .map(each -> URLDecoder.decode(each.substring(name.length() + 1), StandardCharsets.UTF_8))
                    .findFirst();
        }
    }

    record Reply(int status, Map<String, String> headers, String body) {

        private static final Map<String, String> MARK = Map.of("x-ms-request-id", "d1f0a5a3-001e-0047");

        /** An answer of success to a request that writes. */
        static Reply done(int status) {
            return new Reply(status, MARK, "")
                    .with("ETag", "\"0x8D\"")
                    .with("Last-Modified", "Sat, 21 Nov 2026 08:00:00 GMT");
        }

        /** An answer of success with content. */
        static Reply content(String body) {
            return new Reply(200, MARK, body).with("ETag", "\"0x8D\"");
        }

        static Reply error(int status, String code, String message) {
            return new Reply(
                            status,
                            MARK,
                            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>"
                                    + message
                                    + "\nRequestId:d1f0a5a3-001e-0047\nTime:2026-11-21T08:00:00Z</Message></Error>")
                    .with("Content-Type", "application/xml")
                    .with("x-ms-error-code", code);
        }

        Reply with(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Reply(status, more, body);
        }
    }

    ScriptedService(Function<Request, Reply> script) throws IOException {
        this.script = script;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    void say(Function<Request, Reply> newScript) {
        script = newScript;
    }

    List<Request> requests() {
        return requests;
    }

    Request last() {
        return requests.get(requests.size() - 1);
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Request request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                new String(body, StandardCharsets.ISO_8859_1));
        requests.add(request);
        Reply reply = script.apply(request);
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] text = reply.body().getBytes(StandardCharsets.ISO_8859_1);
        exchange.sendResponseHeaders(reply.status(), text.length == 0 ? -1 : text.length);
        if (text.length > 0) {
            exchange.getResponseBody().write(text);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
