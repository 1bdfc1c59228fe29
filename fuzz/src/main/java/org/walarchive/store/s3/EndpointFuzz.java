package org.walarchive.store.s3;

import java.nio.charset.StandardCharsets;

/** Reads any text as {@code WALE_S3_ENDPOINT}. */
public final class EndpointFuzz {

    private EndpointFuzz() {}

    /** Reads the input; what is accepted comes back when it is written, and is the address of a host alone. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        S3Endpoint endpoint;
        try {
            endpoint = S3Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            requireNotRepeated(text, String.valueOf(e.getMessage()));
            return;
        }
        if (!S3Endpoint.parse(endpoint.toString()).equals(endpoint)) {
            throw new AssertionError(endpoint + " comes back as something else");
        }
        if (endpoint.uri().getUserInfo() != null
                || endpoint.uri().getHost() == null
                || !endpoint.uri().getPath().isEmpty()) {
            throw new AssertionError("the address " + endpoint.uri());
        }
        endpoint.isAws();
        endpoint.region();
    }

    /** A text with an at sign may hold a password. */
    private static void requireNotRepeated(String text, String message) {
        int at = text.indexOf('@');
        if (at > 16 && message.contains(text.substring(at - 16, at))) {
            throw new AssertionError("the message repeats a password");
        }
    }
}
