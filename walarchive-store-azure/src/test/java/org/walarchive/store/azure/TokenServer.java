package org.walarchive.store.azure;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Issues the tokens that a test says. */
final class TokenServer implements AutoCloseable {

    /** A request as it came. */
    record Received(String method, String uri, Headers headers, String body) {}

    private record Answer(int status, String body, Map<String, String> headers, CountDownLatch gate) {}

    /** What holds back a body. */
    private final CountDownLatch closed = new CountDownLatch(1);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final CountDownLatch firstCame = new CountDownLatch(1);

    TokenServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    /** Waits until a request has come. */
    void awaitRequest() throws InterruptedException {
        firstCame.await();
    }

    TokenServer token(String token, long expiresIn) {
        return answer(
                200, "{\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + ",\"access_token\":\"" + token + "\"}");
    }

    TokenServer answer(int status, String body) {
        return answer(status, body, Map.of());
    }

    TokenServer answer(int status, String body, Map<String, String> headers) {
        answers.add(new Answer(status, body, headers, new CountDownLatch(0)));
        return this;
    }

    /** Answers when the gate opens. */
    TokenServer answerAfter(CountDownLatch gate, int status, String body) {
        answers.add(new Answer(status, body, Map.of(), gate));
        return this;
    }

    /** Sends a head, and no more while the server is open. */
    TokenServer stallInBody() {
        answers.add(new Answer(-1, "", Map.of(), new CountDownLatch(0)));
        return this;
    }

    /** Sends nothing while the server is open. */
    TokenServer stall() {
        return answerAfter(closed, 200, "");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(),
                    body));
            firstCame.countDown();
            Answer answer = answers.poll();
            if (answer == null) {
                exchange.sendResponseHeaders(599, -1);
                return;
            }
            answer.gate().await();
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            if (answer.status() < 0) {
                exchange.sendResponseHeaders(200, 1000);
                exchange.getResponseBody().flush();
                closed.await();
                return;
            }
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
