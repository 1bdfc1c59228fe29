package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.azure.core.credential.TokenRequestContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.walarchive.store.StoreException;

/** What the tests of tokens share: settings, and calls. */
final class EntraFixture {

    static final String SECRET = "s3cr~t+/= &ü";
    static final String ENCODED_SECRET = "s3cr%7Et%2B%2F%3D+%26%C3%BC";

    /** Nobody listens there. */
    static final String NOWHERE = "http://127.0.0.1:1";

    private EntraFixture() {}

    static Map<String, String> clientSecret(TokenServer server) {
        return settings(
                "AZURE_AUTHORITY_HOST",
                server.url() + "/",
                "AZURE_TENANT_ID",
                "tenant-1",
                "AZURE_CLIENT_ID",
                "client-1",
                "AZURE_CLIENT_SECRET",
                SECRET);
    }

    static Map<String, String> instance(TokenServer server) {
        return settings("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.url());
    }

    static Map<String, String> appService(TokenServer server) {
        return settings("IDENTITY_ENDPOINT", server.url() + "/msi/token", "IDENTITY_HEADER", "header-5ecret");
    }

    static Map<String, String> settings(String... namesAndValues) {
        Map<String, String> settings = new HashMap<>();
        // so that no test asks the metadata service of the machine it runs on
        settings.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", NOWHERE);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }

    static EntraTokens tokens(Map<String, String> settings, ManualClock clock) throws StoreException {
        return tokens(settings, clock, Duration.ofSeconds(15));
    }

    static EntraTokens tokens(Map<String, String> settings, ManualClock clock, Duration answerTimeout)
            throws StoreException {
        return EntraTokens.of(name -> Optional.ofNullable(settings.get(name)), clock, answerTimeout);
    }

    static String get(EntraTokens tokens) {
        return tokens.getTokenSync(context()).getToken();
    }

    static TokenRequestContext context() {
        return new TokenRequestContext().addScopes("https://storage.azure.com/.default");
    }

    static TokenException failure(EntraTokens tokens) {
        return assertThrows(TokenException.class, () -> get(tokens));
    }
}
