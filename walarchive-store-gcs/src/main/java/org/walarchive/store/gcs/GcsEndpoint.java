package org.walarchive.store.gcs;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the service is.
 *
 * @param root scheme, host and perhaps port, without a slash at the end
 * @param access whether it wants a credential
 */
record GcsEndpoint(URI root, Access access) {

    /** Google's own. */
    static final GcsEndpoint GOOGLE = new GcsEndpoint(URI.create("https://storage.googleapis.com"), Access.CREDENTIAL);

    private static final Pattern WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /** What a service wants to know of who asks. */
    enum Access {
        /** A token with each request. */
        CREDENTIAL,
        /** Nothing. */
        ANYBODY
    }

    /**
     * Reads the address of an emulator, {@code http://host:port} or {@code host:port}.
     *
     * @throws IllegalArgumentException if it is not of the form; the message does not repeat it, for it may hold a password
     */
    static GcsEndpoint emulator(String text) {
        return new GcsEndpoint(root(WITH_SCHEME.matcher(text).matches() ? text : "http://" + text), Access.ANYBODY);
    }

    /**
     * Reads the address of a service that wants a credential, {@code https://host}.
     *
     * @throws IllegalArgumentException if it is not of the form, or the credential would leave this machine unencrypted
     */
    static GcsEndpoint service(String text) {
        URI root = root(text);
        if (!root.getScheme().equals("https") && !THIS_MACHINE.contains(root.getHost())) {
            throw new IllegalArgumentException("a credential is sent to it, so it must begin with https://");
        }
        return new GcsEndpoint(root, Access.CREDENTIAL);
    }

    private static URI root(String text) {
        String why = "it is not of the form https://host:port, without user, path and query";
        try {
            URI uri = new URI(text.replaceFirst("/+$", "")).parseServerAuthority();
            if (uri.getHost() == null
                    || uri.getUserInfo() != null
                    || !uri.getPath().isEmpty()
                    || uri.getQuery() != null
                    || uri.getFragment() != null
                    || !Set.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                throw new IllegalArgumentException(why);
            }
            return uri;
        } catch (URISyntaxException e) {
            // Its message repeats the text.
            throw new IllegalArgumentException(why);
        }
    }

    /** Tells whether an address is of this service, or one of Google's where this service may be: it may be sent the credential. */
    boolean trusts(URI address) {
        if (address.getHost() == null || address.getUserInfo() != null) {
            return false;
        }
        boolean same = root.getScheme().equalsIgnoreCase(address.getScheme())
                && root.getHost().equalsIgnoreCase(address.getHost())
                && port(root) == port(address);
        return same
                || ("https".equals(root.getScheme())
                        && "https".equalsIgnoreCase(address.getScheme())
                        && address.getHost().toLowerCase(Locale.ROOT).endsWith(".googleapis.com"));
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    }

    /** Returns the address. */
    @Override
    public String toString() {
        return root.toString();
    }
}
