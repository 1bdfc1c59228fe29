package org.walarchive.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Answers HTTP on loopback as an empty bucket of S3 does, and takes what is put without keeping it. For other services its answers make no sense,
 * which stores have to stand.
 */
final class TrainingService implements AutoCloseable {

    private static final String ABSENT = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>";
    private static final String EMPTY_LIST =
            "<ListBucketResult><Name>training</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>";

    private final ServerSocket socket;

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

    private static void answer(InputStream in, OutputStream out) throws IOException {
        String request = line(in);
        long length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("expect:")) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        in.skipNBytes(length);
        boolean put = request.startsWith("PUT ");
        String body = put ? "" : request.contains("list-type=") ? EMPTY_LIST : ABSENT;
        String status = put || body.equals(EMPTY_LIST) ? "200 OK" : "404 Not Found";
        out.write(("HTTP/1.1 " + status + "\r\nETag: \"00\"\r\nContent-Type: application/xml\r\nContent-Length: "
                        + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
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
