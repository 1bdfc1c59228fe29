package org.walarchive.store.s3;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service other than the region's own, written as WAL-E has it: {@code protocol+convention://host:port}.
 *
 * @param protocol {@code http} or {@code https}
 * @param convention where a request names the bucket
 * @param host a name or an address, an IPv6 address in brackets
 * @param port the port, or -1 for the protocol's own
 */
record S3Endpoint(String protocol, Convention convention, String host, int port) {

    private static final Pattern SYNTAX =
            Pattern.compile("(https?)\\+([a-z]+)://(\\[[0-9a-f:.]+\\]|[a-z0-9._-]+)(:\\d{1,5})?/?");
    private static final Pattern AWS = Pattern.compile("(?:.*\\.)?amazonaws\\.com(?:\\.cn)?");
    private static final Pattern AWS_REGION =
            Pattern.compile("(?:.*\\.)?s3[.-](?:dualstack\\.)?([a-z]{2}(?:-[a-z]+)+-\\d)\\..*");

    /** Where a request names the bucket. */
    enum Convention {
        /** In the path: {@code host/bucket/key}. */
        PATH,
        /** The bucket's name is the host's name, which DNS leads to the service: {@code bucket/key}. */
        VIRTUALHOST,
        /** Before the host's name: {@code bucket.host/key}. */
        SUBDOMAIN
    }

    /**
     * Reads an endpoint.
     *
     * @throws IllegalArgumentException if it is not of the form; the message does not repeat it, for it may hold a password
     */
    static S3Endpoint parse(String text) {
        Matcher matcher = SYNTAX.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "it is not of the form protocol+convention://host:port, without user, path and" + " query");
        }
        Convention convention = convention(matcher.group(2));
        int port = matcher.group(4) == null
                ? -1
                : Integer.parseInt(matcher.group(4).substring(1));
        if (port == 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
        }
        S3Endpoint endpoint = new S3Endpoint(matcher.group(1), convention, matcher.group(3), port);
        endpoint.uri();
        return endpoint;
    }

    private static Convention convention(String text) {
        for (Convention convention : Convention.values()) {
            if (convention.name().toLowerCase(Locale.ROOT).equals(text)) {
                return convention;
            }
        }
        throw new IllegalArgumentException("convention \"" + text + "\" is none of path, virtualhost and subdomain");
    }

    /** Tells whether the service is Amazon's, of which more is known. */
    boolean isAws() {
        return AWS.matcher(host).matches();
    }

    /** Returns the region that the name of one of Amazon's hosts tells. */
    Optional<String> region() {
        Matcher matcher = AWS_REGION.matcher(host);
        return isAws() && matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Returns the address of the service. */
    URI uri() {
        return uri(host);
    }

    /**
     * Returns the address under another host's name.
     *
     * @throws IllegalArgumentException if the name is none of a host
     */
    URI uri(String otherHost) {
        try {
            return new URI(protocol, null, otherHost, port, null, null, null).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"" + otherHost + "\" is not the name of a host", e);
        }
    }

    /** Returns the endpoint as it is written. */
    @Override
    public String toString() {
        return protocol + "+" + convention.name().toLowerCase(Locale.ROOT) + "://" + host
                + (port < 0 ? "" : ":" + port);
    }
}
