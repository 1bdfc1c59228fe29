package org.walarchive.store.tck;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.stability.Experimental;

/** A request that came to a {@link FaultProxy}. */
@Experimental
public final class ProxiedRequest {

    private final HttpHead head;

    ProxiedRequest(HttpHead head) {
        this.head = head;
    }

    HttpHead parsed() {
        return head;
    }

    /**
     * Returns the method.
     *
     * @return such as {@code PUT}
     */
    public String method() {
        return head.word(0);
    }

    /**
     * Returns the target as it was sent: path and query, percent-encoded.
     *
     * @return such as {@code /bucket/key?partNumber=2}
     */
    public String target() {
        return head.word(1);
    }

    /**
     * Tells whether the method is this one and the target contains a text.
     *
     * @param method such as {@code PUT}
     * @param targetPart the text; empty for any target
     * @return true if so
     */
    public boolean is(String method, String targetPart) {
        return method().equals(method) && target().contains(targetPart);
    }

    /**
     * Returns a header.
     *
     * @param name in any case
     * @return the value of the first one of this name
     */
    public Optional<String> header(String name) {
        return head.field(name);
    }

    /**
     * Returns the whole head, which may hold a credential.
     *
     * @return all lines, each with its end
     */
    public String text() {
        return new String(head.bytes(), StandardCharsets.ISO_8859_1);
    }

    /**
     * Returns how long the body is.
     *
     * @return the number of bytes, or empty if it was not told: the body is chunked, or there is none
     */
    public OptionalLong contentLength() {
        return head.contentLength();
    }

    /**
     * Tells whether there is a body that is at least this long, or so far as is known may be.
     *
     * @param bytes at least 1
     * @return true for chunked bodies, whatever their length
     */
    public boolean carries(long bytes) {
        return head.isChunked() || contentLength().orElse(0) >= bytes;
    }

    /** Returns method and target; no header, for one may hold a credential. */
    @Override
    public String toString() {
        return method() + " " + target();
    }
}
