package org.walarchive.store.tck;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Knows where the body of an HTTP/1 message ends (RFC 9112, section 6), and copies it as it is written. */
final class HttpBody {

    private static final int BUFFER = 1 << 14;

    private enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    /** Sees, and may change, the bytes of the content, which are those between the framing. */
    interface Tap {
        /** Called with some bytes, the first of which has the position. */
        void bytes(long position, byte[] bytes, int length);
    }

    private final Framing framing;
    private final long length;

    private HttpBody(Framing framing, long length) {
        this.framing = framing;
        this.length = length;
    }

    static HttpBody ofRequest(HttpHead request) {
        if (request.isChunked()) {
            return new HttpBody(Framing.CHUNKED, 0);
        }
        return new HttpBody(Framing.LENGTH, request.contentLength().orElse(0));
    }

    static HttpBody ofReply(HttpHead reply, String requestMethod) {
        int status = reply.status();
        if (requestMethod.equals("HEAD") || status == 204 || status == 304 || status < 200) {
            return new HttpBody(Framing.NONE, 0);
        }
        if (reply.isChunked()) {
            return new HttpBody(Framing.CHUNKED, 0);
        }
        return reply.contentLength().isPresent()
                ? new HttpBody(Framing.LENGTH, reply.contentLength().getAsLong())
                : new HttpBody(Framing.UNTIL_CLOSE, 0);
    }

    boolean isUntilClose() {
        return framing == Framing.UNTIL_CLOSE;
    }

    void copy(InputStream in, OutputStream out, Tap tap) throws IOException {
        switch (framing) {
            case NONE -> {}
            case LENGTH -> content(in, out, tap, 0, length);
            case CHUNKED -> chunks(in, out, tap);
            case UNTIL_CLOSE -> {
                byte[] buffer = new byte[BUFFER];
                long position = 0;
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    tap.bytes(position, buffer, n);
                    out.write(buffer, 0, n);
                    position += n;
                }
            }
        }
    }

    private static void chunks(InputStream in, OutputStream out, Tap tap) throws IOException {
        long position = 0;
        long size = -1;
        while (size != 0) {
            String line = line(in, out);
            String digits = line.replaceFirst(";.*", "").strip();
            if (!digits.matches("[0-9a-fA-F]{1,15}")) {
                throw new IOException("chunk has no size: " + line);
            }
            size = Long.parseLong(digits, 16);
            content(in, out, tap, position, size);
            position += size;
            if (size > 0) {
                line(in, out);
            }
        }
        while (!line(in, out).isEmpty()) {
            // A trailer.
        }
    }

    private static void content(InputStream in, OutputStream out, Tap tap, long position, long size)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        long done = 0;
        while (done < size) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, size - done));
            if (n < 0) {
                throw new EOFException("body of a message is cut short");
            }
            tap.bytes(position + done, buffer, n);
            out.write(buffer, 0, n);
            done += n;
        }
    }

    /** Copies a line, and returns it without its end. */
    private static String line(InputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = 0;
        while (b != '\n') {
            b = in.read();
            if (b < 0) {
                throw new EOFException("body of a message is cut short");
            }
            line.write(b);
        }
        out.write(line.toByteArray());
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}
