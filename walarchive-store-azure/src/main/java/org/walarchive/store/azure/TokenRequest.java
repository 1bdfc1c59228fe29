package org.walarchive.store.azure;

import java.net.http.HttpRequest;
import java.util.List;

/**
 * A request for a token.
 *
 * @param issuer whom it goes to
 * @param http the request itself
 * @param secrets what it carries that no message may show
 */
record TokenRequest(TokenIssuer issuer, HttpRequest http, List<String> secrets) {

    TokenRequest {
        secrets = List.copyOf(secrets);
    }

    /** Returns whom it goes to, as messages say it. */
    String where() {
        return issuer.title() + " at " + http.uri().getScheme() + "://"
                + http.uri().getAuthority();
    }

    /** Returns whom it goes to, and nothing of what it carries. */
    @Override
    public String toString() {
        return "TokenRequest[" + where() + "]";
    }
}
