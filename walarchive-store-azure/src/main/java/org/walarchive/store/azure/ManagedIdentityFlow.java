package org.walarchive.store.azure;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Asks a service of this machine for a token of the machine's or the application's managed identity.
 *
 * <p>The requests are those of <a
 * href="https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token">How to use managed
 * identities for Azure resources on an Azure VM to acquire an access token</a> (the metadata service) and of <a
 * href="https://learn.microsoft.com/azure/container-apps/managed-identity">Managed identities in Azure Container Apps</a>, which
 * is the same for App Service ({@code IDENTITY_ENDPOINT}).
 */
final class ManagedIdentityFlow implements TokenFlow {

    private static final String INSTANCE_PATH = "/metadata/identity/oauth2/token";
    private static final String INSTANCE_VERSION = "2018-02-01";
    private static final String APP_SERVICE_VERSION = "2019-08-01";
    private static final String DEFAULT_SCOPE = "/.default";

    private final TokenIssuer issuer;
    private final URI endpoint;
    private final String version;
    private final String headerName;
    private final String headerValue;
    private final Optional<String> clientId;

    private ManagedIdentityFlow(
            TokenIssuer issuer,
            URI endpoint,
            String version,
            String headerName,
            String headerValue,
            Optional<String> clientId) {
        this.issuer = issuer;
        this.endpoint = endpoint;
        this.version = version;
        this.headerName = headerName;
        this.headerValue = headerValue;
        this.clientId = clientId;
    }

    /**
     * Makes one that asks the metadata service of a virtual machine.
     *
     * @param host the service, without a slash at its end
     * @param clientId the identity; empty for the machine's only one
     */
    static ManagedIdentityFlow ofInstance(URI host, Optional<String> clientId) {
        return new ManagedIdentityFlow(
                TokenIssuer.INSTANCE, URI.create(host + INSTANCE_PATH), INSTANCE_VERSION, "Metadata", "true", clientId);
    }

    /**
     * Makes one that asks the endpoint of App Service or Container Apps.
     *
     * @param header what shows that the request comes from the application; a secret
     * @param clientId the identity; empty for the application's own
     */
    static ManagedIdentityFlow ofAppService(URI endpoint, String header, Optional<String> clientId) {
        return new ManagedIdentityFlow(
                TokenIssuer.APP_SERVICE, endpoint, APP_SERVICE_VERSION, "X-IDENTITY-HEADER", header, clientId);
    }

    @Override
    public TokenRequest request(String scope) {
        // These services know resources, as the first version of the protocol did: a scope without its last part.
        String resource =
                scope.endsWith(DEFAULT_SCOPE) ? scope.substring(0, scope.length() - DEFAULT_SCOPE.length()) : scope;
        StringBuilder uri = new StringBuilder(endpoint.toString())
                .append(endpoint.getRawQuery() == null ? '?' : '&')
                .append("api-version=")
                .append(version)
                .append("&resource=")
                .append(encoded(resource));
        clientId.ifPresent(id -> uri.append("&client_id=").append(encoded(id)));
        HttpRequest http = HttpRequest.newBuilder(URI.create(uri.toString()))
                .header(headerName, headerValue)
                .header("Accept", "application/json")
                .GET()
                .build();
        return new TokenRequest(issuer, http, issuer == TokenIssuer.APP_SERVICE ? List.of(headerValue) : List.of());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
