package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.azure.EntraFixture.settings;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

class EntraSettingsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.microsoftonline.us/",
                "http://localhost:8080",
                "http://127.0.0.1",
                "http://[::1]:1"
            })
    void authorityIsSecretOrOfThisMachine(String authority) {
        assertDoesNotThrow(() -> flow(Map.of("AZURE_AUTHORITY_HOST", authority)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.microsoftonline.com",
                "http://127.0.0.1.example.org",
                "login.microsoftonline.com",
                "https://user:pa55@login.microsoftonline.com",
                "https://",
                "ftp://127.0.0.1",
                "https://a b"
            })
    void otherAuthoritiesAreRefused(String authority) {
        StoreException failure =
                assertThrows(StoreException.class, () -> flow(Map.of("AZURE_AUTHORITY_HOST", authority)));

        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().startsWith("AZURE_AUTHORITY_HOST "), failure.getMessage());
        assertFalse(failure.getMessage().contains("pa55"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a?b", "a ", "../x", "a\n"})
    void tenantIsOneStepOfAPath(String tenant) {
        StoreException failure = assertThrows(StoreException.class, () -> flow(Map.of("AZURE_TENANT_ID", tenant)));

        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().startsWith("AZURE_TENANT_ID "), failure.getMessage());
    }

    @Test
    void headerThatCannotBeSentIsNotShown() {
        StoreException failure = assertThrows(
                StoreException.class,
                () -> choose(settings("IDENTITY_ENDPOINT", "http://localhost/x", "IDENTITY_HEADER", "5ecret\n")));

        assertEquals("IDENTITY_HEADER cannot be sent as a header", failure.getMessage());
    }

    @Test
    void certificateIsSaidNotToBeSupported() {
        EntraSettings entra = new EntraSettings(name -> Optional.ofNullable(
                settings("AZURE_CLIENT_CERTIFICATE_PATH", "/c.pem").get(name)));

        assertTrue(
                entra.searched().contains("AZURE_CLIENT_CERTIFICATE_PATH is set, but certificates are not supported"));
    }

    private static TokenFlow flow(Map<String, String> changes) throws StoreException {
        Map<String, String> settings =
                settings("AZURE_TENANT_ID", "t", "AZURE_CLIENT_ID", "c", "AZURE_CLIENT_SECRET", "s");
        settings.putAll(changes);
        return choose(settings);
    }

    private static TokenFlow choose(Map<String, String> settings) throws StoreException {
        return new EntraSettings(name -> Optional.ofNullable(settings.get(name))).flow();
    }
}
