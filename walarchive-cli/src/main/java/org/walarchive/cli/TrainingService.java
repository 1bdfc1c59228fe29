package org.walarchive.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Answers HTTP on loopback as a bucket of S3 does, as far as pushing and fetching go. For other services its answers make no sense, which stores
 * have to stand.
 */
final class TrainingService implements AutoCloseable {

    private static final String ABSENT = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";
    private static final String EMPTY_LIST =
            "<ListBucketResult><Name>training</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";

    private final ServerSocket socket;
    private final Map<String, byte[]> objects = new HashMap<>();

    private TrainingService(ServerSocket socket) {
        this.socket = socket;
    }

    static TrainingService start() throws IOException {
        TrainingService service = new TrainingService(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(service::serve, "training-service");
        thread.setDaemon(true);
        thread.start();
        return service;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                connection.setSoTimeout(5000);
                answer(new BufferedInputStream(connection.getInputStream()), connection.getOutputStream());
            } catch (SocketException e) {
                // closed, by either side: the loop's condition tells by which
                continue;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void answer(InputStream in, OutputStream out) throws IOException {
        String[] request = line(in).split(" ");
        int length = 0;
        boolean chunked = false;
        boolean onlyIfAbsent = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            chunked |= lower.startsWith("x-amz-decoded-content-length:");
            onlyIfAbsent |= lower.startsWith("if-none-match:");
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("expect:")) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        byte[] body = in.readNBytes(length);
        String key = request.length < 2 ? "" : request[1].replaceFirst("\\?x-id=.*", "");
        if (request[0].equals("PUT")) {
            boolean refused = onlyIfAbsent && objects.containsKey(key);
            if (!refused) {
                objects.put(key, chunked ? withoutChunks(body) : body);
            }
            send(out, refused ? "412 Precondition Failed" : "200 OK", new byte[0]);
        } else if (objects.containsKey(key)) {
            send(out, "200 OK", objects.get(key));
        } else if (key.contains("list-type=")) {
            send(out, "200 OK", EMPTY_LIST.getBytes(StandardCharsets.US_ASCII));
        } else {
            send(out, "404 Not Found", ABSENT.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void send(OutputStream out, String status, byte[] body) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nETag: \"00\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                        + "Content-Type: application/xml\r\nContent-Length: " + body.length
                        + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
    }

    /** Takes apart {@code aws-chunked}: lines with a length in hexadecimal digits, each with as many bytes behind it. */
    private static byte[] withoutChunks(byte[] body) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream(body.length);
        InputStream in = new ByteArrayInputStream(body);
        while (true) {
            int length = Integer.parseInt(line(in).replaceFirst(";.*", ""), 16);
            if (length == 0) {
                return plain.toByteArray();
            }
            plain.write(in.readNBytes(length));
            line(in);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                text.append((char) next);
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
