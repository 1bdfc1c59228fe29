package org.walarchive.store.s3;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Stands between a store and a server and does to each request what a test says. One request for each connection. It
 * relays bytes, so that signatures, which cover the host's name, stay good.
 */
final class FaultProxy implements Closeable {

    private final int target;
    private final Function<Request, Fault> faults;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /**
     * The head of a request.
     *
     * @param line the first line
     * @param text all lines, each with its end
     */
    record Request(String line, String text) {

        boolean is(String method, String part) {
            return line.startsWith(method + " ") && line.contains(part);
        }

        String header(String name) {
            for (String header : text.split("\r\n")) {
                if (header.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                    return header.substring(name.length() + 1).strip();
                }
            }
            return "";
        }

        int contentLength() {
            return header("content-length").isEmpty() ? 0 : Integer.parseInt(header("content-length"));
        }
    }

    /** What is done to a request. */
    sealed interface Fault {}

    /** Nothing. */
    record Pass() implements Fault {}

    /** It is answered at once, and the server does not see it. */
    record Answer(int status, String headers, String body) implements Fault {}

    /** The server does it, and its answer is lost. */
    record LoseReply() implements Fault {}

    /** The connection is reset after some bytes of the request's body. */
    record ResetRequest(int afterBytes) implements Fault {}

    /** Nothing is read from the client after the request's head. */
    record StallRequest() implements Fault {}

    /** The answer ends after some bytes, head included. */
    record CutReply(int afterBytes, End end) implements Fault {}

    /** How an answer ends. */
    enum End {
        CLOSE,
        RESET,
        STALL
    }

    FaultProxy(int target, Function<Request, Fault> faults) throws IOException {
        this.target = target;
        this.faults = faults;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Returns how many requests came whose method and first line are these. */
    long count(String method, String part) {
        return requests.stream().filter(request -> request.is(method, part)).count();
    }

    List<Request> requests() {
        return requests;
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try {
            InputStream in = client.getInputStream();
            String text = head(in);
            Request request = new Request(text.substring(0, text.indexOf("\r\n")), text);
            requests.add(request);
            Fault fault = faults.apply(request);
            if (fault instanceof Answer answer) {
                answer(client, request, answer);
            } else if (fault instanceof ResetRequest reset) {
                client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                in.readNBytes(reset.afterBytes());
                reset(client);
            } else if (!(fault instanceof StallRequest)) {
                relay(client, request, fault);
            }
        } catch (IOException e) {
            // The client has gone, or the test has ended.
        }
    }

    private static void answer(Socket client, Request request, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        if (request.header("expect").isEmpty()) {
            client.getInputStream().readNBytes(request.contentLength());
        }
        client.getOutputStream()
                .write(("HTTP/1.1 " + answer.status() + " Scripted\r\nConnection: close\r\nContent-Length: "
                                + body.length + "\r\n" + answer.headers() + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        if (!request.line().startsWith("HEAD")) {
            client.getOutputStream().write(body);
        }
        client.close();
    }

    private void relay(Socket client, Request request, Fault fault) throws IOException {
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(upstream);
        String once = request.text()
                .replaceAll("(?i)\r\nconnection: [^\r]*", "")
                .replaceFirst("\r\n", "\r\nConnection: close\r\n");
        upstream.getOutputStream().write(once.getBytes(StandardCharsets.ISO_8859_1));
        start(() -> copy(client, upstream, Integer.MAX_VALUE));
        if (fault instanceof LoseReply) {
            if (!request.header("expect").isEmpty()) {
                client.getOutputStream().write((head(upstream.getInputStream())).getBytes(StandardCharsets.US_ASCII));
            }
            head(upstream.getInputStream());
            reset(client);
        } else if (fault instanceof CutReply cut) {
            copy(upstream, client, cut.afterBytes());
            switch (cut.end()) {
                case CLOSE -> client.close();
                case RESET -> reset(client);
                case STALL -> {}
            }
        } else {
            copy(upstream, client, Integer.MAX_VALUE);
            client.close();
        }
    }

    private static void copy(Socket from, Socket to, int limit) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 14];
            int left = limit;
            int n = 0;
            while (left > 0 && (n = in.read(buffer, 0, Math.min(left, buffer.length))) >= 0) {
                out.write(buffer, 0, n);
                left -= n;
            }
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("no request");
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
