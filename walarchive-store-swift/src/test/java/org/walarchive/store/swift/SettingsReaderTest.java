package org.walarchive.store.swift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;

final class SettingsReaderTest {

    private static final Map<String, String> LEAST = Map.of(
            "SWIFT_AUTHURL", "http://keystone.example:5000/v2.0",
            "SWIFT_USER", "archiver",
            "SWIFT_PASSWORD", "sesame",
            "SWIFT_TENANT", "backups");

    private static SwiftConfig read(Map<String, String> more) throws StoreException {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.putAll(more);
        return SettingsReader.read(StoreSettings.of(settings));
    }

    private static String refused(Map<String, String> more) {
        StoreException failure = assertThrows(StoreException.class, () -> read(more));
        assertEquals(Kind.INVALID, failure.kind());
        assertFalse(failure.getMessage().contains("sesame"), failure::getMessage);
        return failure.getMessage();
    }

    @Test
    void theDefaultsAreThoseOfWalE() throws StoreException {
        SwiftConfig config = read(Map.of());
        assertEquals(AuthVersion.V2, config.login().version());
        assertEquals(EndpointType.PUBLIC, config.login().endpointType());
        assertEquals(Optional.empty(), config.login().region());
        assertEquals(Domain.DEFAULT, config.login().userDomain());
        assertEquals(Duration.ofSeconds(5), config.connectTimeout());
        assertEquals(Duration.ofSeconds(25), config.readTimeout());
        assertEquals(8 << 20, config.segmentSizeBytes());
    }

    @Test
    void namesAreThoseOfTheEnvironment() throws StoreException {
        SwiftConfig config = read(Map.of(
                "SWIFT_AUTH_VERSION", "3",
                "SWIFT_REGION", "RegionOne",
                "SWIFT_ENDPOINT_TYPE", "internalURL",
                "SWIFT_USER_DOMAIN_NAME", "people",
                "SWIFT_PROJECT_DOMAIN_ID", "p1",
                "WALARCHIVE_SWIFT_CA_FILE", "/etc/ca.pem",
                "WALARCHIVE_SWIFT_SEGMENT_SIZE", "16777216",
                "WALARCHIVE_SWIFT_CONNECT_TIMEOUT", "1.5",
                "WALARCHIVE_SWIFT_READ_TIMEOUT", "40"));
        assertEquals(AuthVersion.V3, config.login().version());
        assertEquals(Optional.of("RegionOne"), config.login().region());
        assertEquals(EndpointType.INTERNAL, config.login().endpointType());
        assertEquals(new Domain("people", Domain.Naming.NAME), config.login().userDomain());
        assertEquals(new Domain("p1", Domain.Naming.ID), config.login().projectDomain());
        assertEquals(Optional.of(Path.of("/etc/ca.pem")), config.caFile());
        assertEquals(16 << 20, config.segmentSizeBytes());
        assertEquals(Duration.ofMillis(1500), config.connectTimeout());
        assertEquals(Duration.ofSeconds(40), config.readTimeout());
    }

    @Test
    void oneDomainIsForUserAndProject() throws StoreException {
        Login login = read(Map.of("SWIFT_DOMAIN_NAME", "all", "SWIFT_USER_DOMAIN_ID", "u"))
                .login();
        assertEquals(new Domain("u", Domain.Naming.ID), login.userDomain());
        assertEquals(new Domain("all", Domain.Naming.NAME), login.projectDomain());
    }

    @Test
    void aTenantMayStandBeforeTheUser() throws StoreException {
        Login login = read(Map.of("SWIFT_TENANT", "", "SWIFT_USER", "t:u")).login();
        assertEquals(Optional.of("t"), login.tenant());
        assertEquals(Optional.of("u"), login.user());
        Login first = read(Map.of("SWIFT_AUTH_VERSION", "1", "SWIFT_TENANT", "", "SWIFT_USER", "t:u"))
                .login();
        assertEquals(Optional.of("t:u"), first.user());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SWIFT_AUTHURL", "SWIFT_USER", "SWIFT_PASSWORD", "SWIFT_TENANT"})
    void whatIsMissingIsNamed(String name) {
        assertEquals(name + " is not set", refused(Map.of(name, "")));
    }

    @ParameterizedTest
    @CsvSource({
        "SWIFT_AUTH_VERSION, 4",
        "SWIFT_AUTHURL, keystone:5000",
        "SWIFT_AUTHURL, ftp://keystone/v3",
        "SWIFT_AUTHURL, http://emu:sesame@keystone/v3",
        "SWIFT_AUTHURL, http://keystone/v3?x=sesame",
        "SWIFT_ENDPOINT_TYPE, outside",
        "WALARCHIVE_SWIFT_CONNECT_TIMEOUT, soon",
        "WALARCHIVE_SWIFT_CONNECT_TIMEOUT, 0",
        "WALARCHIVE_SWIFT_READ_TIMEOUT, 3601",
        "WALARCHIVE_SWIFT_SEGMENT_SIZE, 8M",
        "WALARCHIVE_SWIFT_SEGMENT_SIZE, 1000",
        "WALARCHIVE_SWIFT_SEGMENT_SIZE, 5368709121"
    })
    void whatIsWrongIsNamed(String name, String value) {
        assertTrue(refused(Map.of(name, value)).startsWith(name + " "));
    }

    @Test
    void nothingPrintsThePassword() throws StoreException {
        String text = read(Map.of()).toString();
        assertFalse(text.contains("sesame"), text);
        assertTrue(text.contains("archiver"), text);
    }
}
