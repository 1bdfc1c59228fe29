package org.walarchive.store.azure;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * Chooses how tokens are asked for, by the names and in the order of {@code DefaultAzureCredential} of azure-identity: a client
 * secret, a workload identity, a managed identity. What is set in part only is passed over, as there.
 */
final class EntraSettings {

    static final String TENANT_ID = "AZURE_TENANT_ID";
    static final String CLIENT_ID = "AZURE_CLIENT_ID";
    static final String CLIENT_SECRET = "AZURE_CLIENT_SECRET";
    static final String FEDERATED_TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";
    static final String AUTHORITY_HOST = "AZURE_AUTHORITY_HOST";
    static final String IDENTITY_ENDPOINT = "IDENTITY_ENDPOINT";
    static final String IDENTITY_HEADER = "IDENTITY_HEADER";

    /** Where the metadata service is, as azure-identity reads it. */
    static final String INSTANCE_HOST = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    private static final String CERTIFICATE = "AZURE_CLIENT_CERTIFICATE_PATH";
    private static final String DEFAULT_AUTHORITY = "https://login.microsoftonline.com";
    private static final String DEFAULT_INSTANCE_HOST = "http://169.254.169.254";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Function<String, Optional<String>> settings;

    /**
     * Reads settings.
     *
     * @param settings values by name
     */
    EntraSettings(Function<String, Optional<String>> settings) {
        this.settings = name -> settings.apply(name).filter(value -> !value.isEmpty());
    }

    /**
     * Chooses.
     *
     * @throws StoreException if a setting that it needs cannot be used
     */
    TokenFlow flow() throws StoreException {
        Optional<String> tenant = settings.apply(TENANT_ID);
        Optional<String> client = settings.apply(CLIENT_ID);
        if (tenant.isPresent() && client.isPresent()) {
            Optional<String> secret = settings.apply(CLIENT_SECRET);
            if (secret.isPresent()) {
                return ApplicationFlow.withSecret(authority(), checkedTenant(tenant.get()), client.get(), secret.get());
            }
            Optional<String> file = settings.apply(FEDERATED_TOKEN_FILE);
            if (file.isPresent()) {
                return ApplicationFlow.withTokenFile(
                        authority(), checkedTenant(tenant.get()), client.get(), path(file.get()));
            }
        }
        Optional<String> header = settings.apply(IDENTITY_HEADER);
        if (settings.apply(IDENTITY_ENDPOINT).isPresent() && header.isPresent()) {
            URI endpoint =
                    uri(IDENTITY_ENDPOINT, settings.apply(IDENTITY_ENDPOINT).get());
            return ManagedIdentityFlow.ofAppService(endpoint, checkedHeader(endpoint, header.get()), client);
        }
        String host = settings.apply(INSTANCE_HOST).orElse(DEFAULT_INSTANCE_HOST);
        return ManagedIdentityFlow.ofInstance(uri(INSTANCE_HOST, withoutSlash(host)), client);
    }

    /** Says what was looked for before the metadata service was asked, and what of it is there in part. */
    String searched() {
        List<String> parts = new ArrayList<>();
        for (String name : List.of(CLIENT_SECRET, FEDERATED_TOKEN_FILE)) {
            if (settings.apply(name).isPresent()) {
                missing(name, TENANT_ID).ifPresent(parts::add);
                missing(name, CLIENT_ID).ifPresent(parts::add);
            }
        }
        if (settings.apply(CERTIFICATE).isPresent()) {
            parts.add(CERTIFICATE + " is set, but certificates are not supported");
        }
        if (settings.apply(IDENTITY_ENDPOINT).isPresent()) {
            missing(IDENTITY_ENDPOINT, IDENTITY_HEADER).ifPresent(parts::add);
        }
        String all = "neither " + CLIENT_SECRET + " nor " + FEDERATED_TOKEN_FILE + " is set with " + TENANT_ID + " and "
                + CLIENT_ID + ", nor " + IDENTITY_ENDPOINT + " with " + IDENTITY_HEADER;
        return parts.isEmpty() ? all : all + " (" + String.join("; ", parts) + ")";
    }

    private Optional<String> missing(String name, String other) {
        return settings.apply(other).isPresent()
                ? Optional.empty()
                : Optional.of(name + " is set, but " + other + " is not");
    }

    private URI authority() throws StoreException {
        String text = withoutSlash(settings.apply(AUTHORITY_HOST).orElse(DEFAULT_AUTHORITY));
        URI authority = uri(AUTHORITY_HOST, text);
        boolean secret = "https".equalsIgnoreCase(authority.getScheme());
        if (!secret && !LOOPBACK.contains(authority.getHost())) {
            throw invalid(
                    AUTHORITY_HOST + " " + text + " is not an https address", "It is sent the credential: use https.");
        }
        return authority;
    }

    private static String withoutSlash(String text) {
        return text.replaceAll("/+$", "");
    }

    private static String checkedTenant(String tenant) throws StoreException {
        if (!tenant.matches("[A-Za-z0-9.-]+")) {
            throw invalid(
                    TENANT_ID + " \"" + tenant + "\" is not a tenant",
                    "It is the directory's id or one of its domain names, without blanks or line ends.");
        }
        return tenant;
    }

    private static Path path(String file) throws StoreException {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw invalid(FEDERATED_TOKEN_FILE + " is not the name of a file", "Correct or unset it.");
        }
    }

    private static URI uri(String name, String text) throws StoreException {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // It may hold a password, so nothing of it is shown.
            throw invalid(name + " is not an address", "It looks like https://host or http://host:port/path.");
        }
        if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().matches("(?i)https?")) {
            throw invalid(name + " is not an address", "It looks like https://host or http://host:port/path.");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw invalid(name + " holds a user's name or a fragment", "Such an address has none.");
        }
        return uri;
    }

    private static String checkedHeader(URI endpoint, String header) throws StoreException {
        try {
            HttpRequest.newBuilder(endpoint).header("X-IDENTITY-HEADER", header);
            return header;
        } catch (IllegalArgumentException e) {
            // Its message shows the header.
            throw invalid(IDENTITY_HEADER + " cannot be sent as a header", "Does it hold a line end?");
        }
    }

    private static StoreException invalid(String message, String hint) {
        return new StoreException(Kind.INVALID, message, hint, null);
    }
}
