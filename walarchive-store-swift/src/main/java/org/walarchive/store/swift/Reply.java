package org.walarchive.store.swift;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.Response;

/** An answer, whose body is still to be read. To be closed. */
final class Reply implements Closeable {

    private final Response response;
    private final InputStream body;
    private final String secret;

    /**
     * Makes an answer.
     *
     * @param secret what the request held and no message may, should the answer quote it
     */
    Reply(Response response, InputStream body, String secret) {
        this.response = response;
        this.body = body;
        this.secret = secret;
    }

    /** Returns a text without the secret of the request. */
    String scrubbed(String text) {
        return text.replace(secret, "…");
    }

    int status() {
        return response.code();
    }

    boolean isSuccess() {
        return response.isSuccessful();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(response.header(name)).filter(value -> !value.isEmpty());
    }

    /** Returns the id under which the service's owner finds the request. */
    Optional<String> requestId() {
        return header("X-Trans-Id").or(() -> header("X-Openstack-Request-Id"));
    }

    /** Tells whether Swift itself answered. What stands between may answer too, with anything. */
    boolean isOfService() {
        return requestId().isPresent();
    }

    /** Returns the ETag without quotes, which manifests have and some versions put around all. */
    Optional<String> tag() {
        return header("ETag").map(tag -> tag.replace("\"", "")).filter(tag -> !tag.isEmpty());
    }

    OptionalLong length() {
        return header("Content-Length").filter(text -> text.matches("\\d{1,18}")).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    InputStream body() {
        return body;
    }

    /** Returns the whole body, if it is not longer than a limit; else its beginning. */
    byte[] bytes(int limit) throws IOException {
        byte[] bytes = body.readNBytes(limit);
        // The end must be seen, so that the connection can be used again.
        if (bytes.length < limit) {
            body.read();
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
