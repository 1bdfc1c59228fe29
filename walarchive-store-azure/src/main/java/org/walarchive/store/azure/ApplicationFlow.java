package org.walarchive.store.azure;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.walarchive.store.StoreException.Kind;

/**
 * Asks as an application that is registered with Microsoft Entra, which proves itself by a secret or by a token of somebody
 * whom Entra trusts.
 *
 * <p>The requests are those of <a
 * href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow">Microsoft identity platform
 * and the OAuth 2.0 client credentials flow</a>, first case (shared secret) and third case (federated credential).
 */
final class ApplicationFlow implements TokenFlow {

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** What an application proves itself by. */
    private interface Proof {
        TokenIssuer issuer();

        /** Reads the secret, or the token. */
        String read();

        /** Returns the parameters that carry it. */
        Map<String, String> parameters(String proof);
    }

    private record Secret(String value) implements Proof {
        @Override
        public TokenIssuer issuer() {
            return TokenIssuer.CLIENT_SECRET;
        }

        @Override
        public String read() {
            return value;
        }

        @Override
        public Map<String, String> parameters(String proof) {
            return Map.of("client_secret", proof);
        }

        @Override
        public String toString() {
            return "Secret";
        }
    }

    private record TokenFile(Path file) implements Proof {
        @Override
        public TokenIssuer issuer() {
            return TokenIssuer.FEDERATED_TOKEN;
        }

        @Override
        public String read() {
            String token;
            try {
                token = Files.readString(file).strip();
            } catch (IOException e) {
                throw new TokenException(
                        Kind.ACCESS_DENIED,
                        "AZURE_FEDERATED_TOKEN_FILE " + file + " cannot be read",
                        "Is the file mounted, and may the user that archives read it?",
                        e,
                        null);
            }
            if (token.isEmpty()) {
                throw new TokenException(
                        Kind.ACCESS_DENIED,
                        "AZURE_FEDERATED_TOKEN_FILE " + file + " is empty",
                        "Does something keep a token in it?",
                        null,
                        null);
            }
            return token;
        }

        @Override
        public Map<String, String> parameters(String proof) {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("client_assertion_type", ASSERTION_TYPE);
            parameters.put("client_assertion", proof);
            return parameters;
        }
    }

    private final URI endpoint;
    private final String clientId;
    private final Proof proof;

    private ApplicationFlow(URI authority, String tenant, String clientId, Proof proof) {
        this.endpoint = URI.create(authority + "/" + tenant + "/oauth2/v2.0/token");
        this.clientId = clientId;
        this.proof = proof;
    }

    /**
     * Makes one that proves itself by a secret.
     *
     * @param authority Microsoft Entra, without a slash at its end
     */
    static ApplicationFlow withSecret(URI authority, String tenant, String clientId, String secret) {
        return new ApplicationFlow(authority, tenant, clientId, new Secret(secret));
    }

    /**
     * Makes one that proves itself by a token in a file, which somebody else renews.
     *
     * @param authority Microsoft Entra, without a slash at its end
     */
    static ApplicationFlow withTokenFile(URI authority, String tenant, String clientId, Path file) {
        return new ApplicationFlow(authority, tenant, clientId, new TokenFile(file));
    }

    @Override
    public TokenRequest request(String scope) {
        String secret = proof.read();
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", clientId);
        parameters.put("scope", scope);
        parameters.putAll(proof.parameters(secret));
        parameters.put("grant_type", "client_credentials");
        String form = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest http = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(form))
                .build();
        return new TokenRequest(proof.issuer(), http, List.of(secret, encoded(secret)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
