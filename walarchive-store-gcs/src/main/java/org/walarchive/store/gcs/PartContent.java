package org.walarchive.store.gcs;

import com.google.api.client.http.HttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.walarchive.store.support.PartBuffer;

/**
 * Content in memory as the body of a request.
 *
 * @param getType the media type
 * @param head what comes before the content
 * @param content the content
 * @param from how many bytes of the content are left out at the beginning
 * @param tail what comes after it
 */
record PartContent(String getType, byte[] head, PartBuffer content, long from, byte[] tail) implements HttpContent {

    static final String OCTETS = "application/octet-stream";
    static final String JSON = "application/json; charset=UTF-8";

    private static final byte[] NOTHING = {};

    /** The content alone. */
    static PartContent of(PartBuffer content, long from) {
        return new PartContent(OCTETS, NOTHING, content, from, NOTHING);
    }

    /** A JSON object. */
    static PartContent json(String text) {
        return new PartContent(JSON, text.getBytes(StandardCharsets.UTF_8), new PartBuffer(), 0, NOTHING);
    }

    /** A JSON object that describes the content, and the content, as {@code multipart/related} (RFC 2387). */
    static PartContent related(String json, PartBuffer content) {
        String boundary = UUID.randomUUID().toString();
        String head = "--" + boundary + "\r\nContent-Type: " + JSON + "\r\n\r\n" + json + "\r\n--" + boundary
                + "\r\nContent-Type: " + OCTETS + "\r\n\r\n";
        return new PartContent(
                "multipart/related; boundary=" + boundary,
                head.getBytes(StandardCharsets.UTF_8),
                content,
                0,
                ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public long getLength() {
        return head.length + content.size() - from + tail.length;
    }

    @Override
    public boolean retrySupported() {
        return true;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(head);
        long skip = from;
        for (byte[] chunk : content.chunks()) {
            int skipped = (int) Math.min(skip, chunk.length);
            out.write(chunk, skipped, chunk.length - skipped);
            skip -= skipped;
        }
        out.write(tail);
        out.flush();
    }
}
