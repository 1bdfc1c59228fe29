package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;

final class SettingsReaderTest {

    private static GcsConfig read(Map<String, String> settings) throws StoreException {
        return SettingsReader.read(StoreSettings.of(settings));
    }

    @Test
    void withoutSettingsItIsGooglesService() throws StoreException {
        GcsConfig config = read(Map.of());
        assertEquals(GcsEndpoint.GOOGLE, config.endpoint());
        assertEquals(GcsEndpoint.Access.CREDENTIAL, config.endpoint().access());
        assertEquals(Optional.empty(), config.credentialsFile());
        assertEquals(Duration.ofSeconds(5), config.connectTimeout());
        assertEquals(Duration.ofSeconds(25), config.readTimeout());
        assertEquals(Duration.ofSeconds(30), config.tokenTimeout());
        assertEquals(0, config.chunkSizeBytes() % (256 << 10), "chunks must be multiples of 256 KiB");
    }

    @Test
    void namesAreThoseOfTheEnvironment() throws StoreException {
        GcsConfig config = read(Map.of(
                "GOOGLE_APPLICATION_CREDENTIALS", "/etc/key.json",
                "WALARCHIVE_GCS_ENDPOINT", "https://storage-x.p.googleapis.com/",
                "WALARCHIVE_GCS_USER_PROJECT", "payer",
                "WALARCHIVE_GCS_STORAGE_CLASS", "NEARLINE",
                "WALARCHIVE_GCS_KMS_KEY", "projects/p/locations/l/keyRings/r/cryptoKeys/k",
                "WALARCHIVE_GCS_CONNECT_TIMEOUT", "1.5",
                "WALARCHIVE_GCS_READ_TIMEOUT", "40"));
        assertEquals(Optional.of(Path.of("/etc/key.json")), config.credentialsFile());
        assertEquals("https://storage-x.p.googleapis.com", config.endpoint().toString());
        assertEquals(GcsEndpoint.Access.CREDENTIAL, config.endpoint().access());
        assertEquals(Optional.of("payer"), config.userProject());
        assertEquals(Optional.of("NEARLINE"), config.storageClass());
        assertTrue(config.kmsKey().isPresent());
        assertEquals(Duration.ofMillis(1500), config.connectTimeout());
        assertEquals(Duration.ofSeconds(40), config.readTimeout());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:9023, http://localhost:9023",
        "http://localhost:9023/, http://localhost:9023",
        "https://emulator, https://emulator",
        "http://[::1]:80, http://[::1]:80"
    })
    void anEmulatorIsSentNoCredential(String value, String root) throws StoreException {
        GcsEndpoint endpoint = read(Map.of("STORAGE_EMULATOR_HOST", value)).endpoint();
        assertEquals(root, endpoint.toString());
        assertEquals(GcsEndpoint.Access.ANYBODY, endpoint.access());
    }

    @ParameterizedTest
    @CsvSource({
        "STORAGE_EMULATOR_HOST, http://user:sesame@host, STORAGE_EMULATOR_HOST cannot be read",
        "STORAGE_EMULATOR_HOST, ftp://host, STORAGE_EMULATOR_HOST cannot be read",
        "STORAGE_EMULATOR_HOST, http://host/path, STORAGE_EMULATOR_HOST cannot be read",
        "STORAGE_EMULATOR_HOST, http://host?sesame, STORAGE_EMULATOR_HOST cannot be read",
        "STORAGE_EMULATOR_HOST, 'http://ho st', STORAGE_EMULATOR_HOST cannot be read",
        "WALARCHIVE_GCS_ENDPOINT, http://host, must begin with https://",
        "WALARCHIVE_GCS_ENDPOINT, host, WALARCHIVE_GCS_ENDPOINT cannot be read",
        "WALARCHIVE_GCS_KMS_KEY, k, is not of the form projects/PROJECT",
        "WALARCHIVE_GCS_READ_TIMEOUT, soon, is not a number",
        "WALARCHIVE_GCS_READ_TIMEOUT, 0, is not above 0",
        "WALARCHIVE_GCS_CONNECT_TIMEOUT, 3601, is not above 0"
    })
    void aWrongSettingIsNamed(String name, String value, String message) {
        StoreException failure = assertThrows(StoreException.class, () -> read(Map.of(name, value)));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().contains(message), failure::getMessage);
        assertFalse(failure.getMessage().contains("sesame"), failure::getMessage);
    }

    @Test
    void anotherHostIsTrustedOnlyIfItIsGoogles() {
        GcsEndpoint endpoint = GcsEndpoint.service("https://storage-x.p.googleapis.com");
        for (String address : List.of("https://storage-x.p.googleapis.com:443/u", "https://STORAGE.googleapis.com/u")) {
            assertTrue(endpoint.trusts(URI.create(address)), address);
        }
        for (String address : List.of(
                "http://storage.googleapis.com/u",
                "https://user@storage.googleapis.com/u",
                "https://notgoogleapis.com/u",
                "https://storage.googleapis.com.example/u",
                "https://storage-x.p.googleapis.com.:443/u",
                "/u")) {
            assertFalse(endpoint.trusts(URI.create(address)), address);
        }
        assertFalse(GcsEndpoint.emulator("localhost:1").trusts(URI.create("https://storage.googleapis.com/u")));
    }

    @Test
    void anEmulatorAndAServiceAreTooMuch() {
        StoreException failure = assertThrows(
                StoreException.class,
                () -> read(Map.of("STORAGE_EMULATOR_HOST", "x:1", "WALARCHIVE_GCS_ENDPOINT", "https://x")));
        assertTrue(failure.getMessage().contains("both set"), failure::getMessage);
    }
}
