package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.tck.ContractFixture.randomBytes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFault.CutReply;
import org.walarchive.store.tck.NetworkFault.CutReplyBody;
import org.walarchive.store.tck.NetworkFault.CutRequest;
import org.walarchive.store.tck.NetworkFault.Delay;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFault.FlipReplyBit;
import org.walarchive.store.tck.NetworkFault.FlipRequestBit;
import org.walarchive.store.tck.NetworkFault.LoseReply;
import org.walarchive.store.tck.NetworkFault.Stall;
import org.walarchive.store.tck.NetworkFault.Throttle;

/** The proxy between clients of several kinds and a server that answers with what it was sent. */
@Timeout(60)
final class FaultProxyTest {

    private static final byte[] BODY = randomBytes(100_000);
    private static final String CHUNKED =
            "PUT /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;e=1\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    private static final String GET = "GET /x HTTP/1.1\r\nHost: some.host\r\n\r\n";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    private final List<String> hosts = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(FaultProxy.loopback(), 0), 0);
        server.createContext("/", this::echo);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
        proxy = FaultProxy.start(upstream(), NetworkFaults.none());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.stop(0);
    }

    private String upstream() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void echo(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        bodies.add(body);
        hosts.add(exchange.getRequestHeaders().getFirst("Host"));
        exchange.getResponseHeaders().set("Location", "http://" + upstream() + "/there");
        boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-encoding");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : chunked ? 0 : body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private HttpResponse<byte[]> put(HttpRequest.BodyPublisher body, boolean expect)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + proxy.address() + "/x?y=z"))
                        .PUT(body)
                        .expectContinue(expect)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpRequest.BodyPublisher known() {
        return HttpRequest.BodyPublishers.ofByteArray(BODY);
    }

    private static HttpRequest.BodyPublisher chunked() {
        return HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(BODY));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(FaultProxy.loopback(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a reply whose body has a length or is chunked, and returns head and body as they came. */
    private static String reply(Socket socket) throws IOException {
        HttpHead head = HttpHead.read(socket.getInputStream());
        java.io.ByteArrayOutputStream body = new java.io.ByteArrayOutputStream();
        HttpBody.ofReply(head, "GET").copy(socket.getInputStream(), body, (position, bytes, n) -> {});
        return new String(head.bytes(), StandardCharsets.ISO_8859_1) + body.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    void bodiesOfKnownLengthAndInChunksPass() throws Exception {
        for (boolean expect : new boolean[] {false, true}) {
            for (HttpRequest.BodyPublisher body : List.of(known(), chunked())) {
                HttpResponse<byte[]> response = put(body, expect);
                assertEquals(200, response.statusCode());
                assertArrayEquals(BODY, response.body());
            }
        }
        assertEquals(4, proxy.count(request -> request.is("PUT", "y=z") && request.carries(1)));
        assertEquals(0, proxy.faults());
        assertEquals("PUT /x?y=z", proxy.requests().get(0).toString());
        assertEquals(BODY.length, proxy.requests().get(0).contentLength().orElseThrow());
        assertTrue(proxy.requests().get(1).contentLength().isEmpty());
        assertEquals("100-Continue", proxy.requests().get(2).header("expect").orElseThrow());
        assertEquals(proxy.address(), hosts.get(0), "the host's name was changed");
    }

    @Test
    void aConnectionMayBeUsedAgain() throws Exception {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                write(socket, CHUNKED);
                String reply = reply(socket);
                assertTrue(reply.startsWith("HTTP/1.1 200 OK\r\n"), reply);
                assertTrue(reply.endsWith("\r\n\r\nb\r\nhello world\r\n0\r\n\r\n"), reply);
                assertTrue(reply.contains("Location: http://" + proxy.address() + "/there"), reply);
            }
            write(socket, GET + GET);
            reply(socket);
            reply(socket);
            write(socket, GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            assertTrue(reply(socket).contains("Connection: close"));
            assertEquals(-1, socket.getInputStream().read());
            assertEquals("some.host", hosts.get(5));
        }
    }

    @Test
    void repliesToHeadHaveNoBody() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, FaultProxy.loopback());
                FaultProxy own = FaultProxy.start("localhost:" + plain.getLocalPort(), NetworkFaults.none())) {
            own.disturb(NetworkFaults.first(1, request -> true, new Answer(404, Map.of(), "some body")));
            try (Socket socket = new Socket(FaultProxy.loopback(), own.port())) {
                write(socket, "HEAD /x HTTP/1.1\r\n\r\n");
                HttpHead scripted = HttpHead.read(socket.getInputStream());
                assertEquals(404, scripted.status());
                assertEquals(9, scripted.contentLength().orElseThrow());
                write(socket, "HEAD /x HTTP/1.1\r\n\r\n");
                try (Socket service = plain.accept()) {
                    HttpHead.read(service.getInputStream());
                    write(service, "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
                    assertEquals(
                            5000,
                            HttpHead.read(socket.getInputStream())
                                    .contentLength()
                                    .orElseThrow());
                }
            }
        }
    }

    @Test
    void anAnswerComesInsteadOfContinue() throws Exception {
        Answer answer = new Answer(503, Map.of("Retry-After", "7"), "later");
        proxy.disturb(NetworkFaults.all(answer));
        HttpResponse<byte[]> response = put(chunked(), false);
        assertEquals(503, response.statusCode());
        assertEquals("7", response.headers().firstValue("retry-after").orElseThrow());
        assertEquals("later", new String(response.body(), StandardCharsets.UTF_8));
        try (Socket socket = connect()) {
            write(socket, "PUT /x HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            assertTrue(reply(socket).contains("Connection: close"));
        }
        try (Socket socket = connect()) {
            write(socket, CHUNKED + CHUNKED);
            assertTrue(reply(socket).endsWith("later"));
            assertTrue(reply(socket).endsWith("later"));
        }
        assertEquals(List.of(), bodies);
        assertEquals(4, proxy.faults());
    }

    @Test
    void aReplyThatEndsWithItsConnectionDoesSoBehindTheProxy() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, FaultProxy.loopback());
                FaultProxy own = FaultProxy.start("127.0.0.1:" + plain.getLocalPort(), NetworkFaults.none());
                Socket socket = new Socket(FaultProxy.loopback(), own.port())) {
            write(socket, GET);
            try (Socket service = plain.accept()) {
                HttpHead.read(service.getInputStream());
                write(service, "HTTP/1.1 200 OK\r\n\r\nuntil the end");
            }
            assertTrue(HttpHead.read(socket.getInputStream()).says("connection", "close"));
            assertEquals("until the end", new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void aRequestIsCutAtTheByte() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, FaultProxy.loopback());
                FaultProxy own = FaultProxy.start(
                        "127.0.0.1:" + plain.getLocalPort(), NetworkFaults.all(new CutRequest(1000, Ending.RESET)));
                Socket socket = new Socket(FaultProxy.loopback(), own.port())) {
            write(socket, "PUT /x HTTP/1.1\r\nContent-Length: 100000\r\n\r\n");
            socket.getOutputStream().write(BODY, 0, 5000);
            try (Socket service = plain.accept()) {
                HttpHead.read(service.getInputStream());
                byte[] seen = new byte[2000];
                int n = 0;
                try {
                    n = service.getInputStream().readNBytes(seen, 0, 2000);
                } catch (SocketException e) {
                    n = 1000;
                }
                assertArrayEquals(Arrays.copyOf(BODY, n), Arrays.copyOf(seen, n));
                assertTrue(n <= 1000);
            }
            assertThrows(SocketException.class, () -> socket.getInputStream().read());
            assertEquals(1, own.faults());
        }
        proxy.disturb(NetworkFaults.all(new CutRequest(BODY.length, Ending.RESET)));
        assertArrayEquals(BODY, put(known(), false).body());
        assertEquals(0, proxy.faults());
    }

    @Test
    void aStallLastsUntilTheProxyIsClosed() throws Exception {
        for (NetworkFault fault : List.of(
                new Stall(),
                new CutRequest(3, Ending.STALL),
                new LoseReply(Ending.STALL),
                new CutReply(0, Ending.STALL))) {
            FaultProxy own = FaultProxy.start(upstream(), NetworkFaults.all(fault));
            try (Socket socket = new Socket(FaultProxy.loopback(), own.port())) {
                socket.setSoTimeout(200);
                write(socket, "PUT /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
                assertThrows(
                        SocketTimeoutException.class,
                        () -> socket.getInputStream().read(),
                        fault::toString);
                awaitFaults(own, 1);
                own.close();
                socket.setSoTimeout(10_000);
                try {
                    assertEquals(-1, socket.getInputStream().read(), fault::toString);
                } catch (SocketException e) {
                    // A reset, for there were bytes that were not read.
                }
            }
            assertEquals(1, own.faults(), fault::toString);
        }
    }

    @Test
    void aLostReplyIsOfWorkThatWasDone() throws Exception {
        for (Ending ending : List.of(Ending.CLOSE, Ending.RESET)) {
            proxy.disturb(NetworkFaults.first(1, request -> true, new LoseReply(ending)));
            try (Socket socket = connect()) {
                write(socket, CHUNKED);
                if (ending == Ending.CLOSE) {
                    assertEquals(-1, socket.getInputStream().read());
                } else {
                    assertThrows(
                            SocketException.class, () -> socket.getInputStream().read());
                }
            }
        }
        assertEquals(2, bodies.size());
        assertEquals("hello world", new String(bodies.get(1), StandardCharsets.UTF_8));
    }

    @Test
    void aReplyIsCutAtTheByte() throws Exception {
        String whole;
        try (Socket socket = connect()) {
            write(socket, CHUNKED);
            whole = reply(socket);
        }
        int head = whole.indexOf("\r\n\r\n") + 4;
        for (int n : new int[] {0, 1, 10, 15}) {
            for (Ending ending : Ending.values()) {
                for (NetworkFault fault : List.of(new CutReplyBody(n, ending), new CutReply(n, ending))) {
                    proxy.disturb(NetworkFaults.all(fault));
                    int expected = fault instanceof CutReply ? n : n + head;
                    long before = proxy.faults();
                    try (Socket socket = connect()) {
                        write(socket, CHUNKED.replace("\r\n\r\n5;", "\r\nConnection: close\r\n\r\n5;"));
                        if (ending == Ending.STALL) {
                            awaitFaults(proxy, before + 1);
                            socket.setSoTimeout(100);
                        }
                        assertCut(socket.getInputStream(), ending, fault, expected);
                    }
                }
            }
        }
        proxy.disturb(NetworkFaults.all(new CutReplyBody(whole.length() - head, Ending.RESET)));
        try (Socket socket = connect()) {
            write(socket, CHUNKED);
            assertTrue(reply(socket).endsWith(whole.substring(head)));
        }
        assertEquals(24, proxy.faults());
    }

    /** What comes before a stall has come when the stall is counted. */
    private static void awaitFaults(FaultProxy proxy, long faults) throws InterruptedException {
        while (proxy.faults() < faults) {
            Thread.sleep(5);
        }
    }

    private static void assertCut(InputStream in, Ending ending, NetworkFault fault, int expected) throws IOException {
        int n = 0;
        try {
            while (in.read() >= 0) {
                n++;
            }
            assertEquals(Ending.CLOSE, ending);
        } catch (SocketTimeoutException e) {
            assertEquals(Ending.STALL, ending);
        } catch (SocketException e) {
            assertEquals(Ending.RESET, ending);
            return;
        }
        // The proxy says itself that the connection ends, so that the head may be longer than the one that was
        // measured.
        int closes = "Connection: close\r\n".length();
        assertTrue(n == expected || n == expected + closes, fault + " let " + n + " bytes through, not " + expected);
    }

    @Test
    void oneBitOfTheContentIsFlipped() throws Exception {
        for (int at : new int[] {0, 50_000, BODY.length - 1}) {
            byte[] flipped = BODY.clone();
            flipped[at] ^= 1;
            for (HttpRequest.BodyPublisher body : List.of(known(), chunked())) {
                proxy.disturb(NetworkFaults.all(new FlipReplyBit(at)));
                assertArrayEquals(flipped, put(body, false).body());
                assertArrayEquals(BODY, bodies.get(bodies.size() - 1));
                proxy.disturb(NetworkFaults.all(new FlipRequestBit(at)));
                assertArrayEquals(flipped, put(body, false).body());
                assertArrayEquals(flipped, bodies.get(bodies.size() - 1));
            }
        }
        assertEquals(12, proxy.faults());
    }

    @Test
    void latencyAndAThrottleTakeTheirTime() throws Exception {
        for (NetworkFault fault : List.of(new Delay(Duration.ofMillis(500)), new Throttle(200_000))) {
            proxy.disturb(NetworkFaults.all(fault));
            long start = System.nanoTime();
            assertArrayEquals(BODY, put(known(), false).body());
            assertTrue(System.nanoTime() - start >= 500_000_000L, fault::toString);
        }
        assertThrows(IllegalArgumentException.class, () -> new Throttle(0));
    }

    @Test
    void aServiceThatCannotBeReachedEndsTheConnection() throws Exception {
        server.stop(0);
        try (Socket socket = connect()) {
            write(socket, GET);
            assertEquals(-1, socket.getInputStream().read());
        }
        assertThrows(IllegalArgumentException.class, () -> FaultProxy.start("127.0.0.1", NetworkFaults.none()));
    }

    @Test
    void whatIsNotHttpEndsTheConnection() throws Exception {
        for (String text :
                List.of("\r\n\r\n", "x", "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n")) {
            try (Socket socket = connect()) {
                write(socket, text);
                socket.shutdownOutput();
                while (socket.getInputStream().read() >= 0) {
                    // The server's own complaint.
                }
            }
        }
    }

    @Test
    void rulesCountTheRequestsThatTheyMatch() throws Exception {
        assertEquals("--++++", outcome(NetworkFaults.first(2, this::isPut, new Answer(500, Map.of(), ""))));
        assertEquals("++-++-", outcome(NetworkFaults.everyNth(3, this::isPut, new Answer(500, Map.of(), ""))));
        assertEquals("------", outcome(NetworkFaults.all(this::isPut, new Answer(500, Map.of(), ""))));
        assertThrows(IllegalArgumentException.class, () -> NetworkFaults.everyNth(0, this::isPut, new Stall()));
    }

    private boolean isPut(ProxiedRequest request) {
        return request.is("PUT", "");
    }

    private String outcome(NetworkFaults faults) {
        HttpHead put = new HttpHead("PUT /x HTTP/1.1", List.of());
        HttpHead get = new HttpHead("GET /x HTTP/1.1", List.of());
        StringBuilder outcome = new StringBuilder();
        IntStream.range(0, 6).forEach(i -> {
            assertEquals(new NetworkFault.Pass(), faults.faultFor(new ProxiedRequest(get)));
            outcome.append(faults.faultFor(new ProxiedRequest(put)) instanceof Answer ? '-' : '+');
        });
        return outcome.toString();
    }
}
