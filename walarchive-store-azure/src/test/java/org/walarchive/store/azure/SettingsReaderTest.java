package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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

    private static final Map<String, String> LEAST =
            Map.of("WABS_ACCOUNT_NAME", "account", "WABS_ACCESS_KEY", "c2VzYW1l");

    private static AzureConfig read(Map<String, String> settings) throws StoreException {
        return SettingsReader.read(StoreSettings.of(settings));
    }

    private static AzureConfig read(String name, String value) throws StoreException {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.put(name, value);
        return read(settings);
    }

    private static StoreException fails(Kind kind, Map<String, String> settings) {
        StoreException failure = assertThrows(StoreException.class, () -> read(settings));
        assertEquals(kind, failure.kind(), failure::toString);
        return failure;
    }

    @Test
    void defaults() throws StoreException {
        AzureConfig config = read(LEAST);
        assertEquals("https://account.blob.core.windows.net", config.endpoint().toString());
        assertEquals(new AzureCredential.AccountKey("account", "c2VzYW1l"), config.credential());
        assertEquals(Optional.empty(), config.caFile());
        assertEquals(Duration.ofSeconds(5), config.connectTimeout());
        assertEquals(Duration.ofSeconds(25), config.readTimeout());
    }

    @Test
    void namesAreThoseOfTheEnvironment() throws StoreException {
        AzureConfig config = read(Map.of(
                "WABS_ACCOUNT_NAME", "account",
                "WABS_SAS_TOKEN", "?sv=2024-05-04&sig=sesame%3D",
                "WALARCHIVE_AZURE_ENDPOINT", "https://account.blob.core.chinacloudapi.cn/",
                "WALARCHIVE_AZURE_CA_FILE", "/etc/ca.pem",
                "WALARCHIVE_AZURE_CONNECT_TIMEOUT", "1.5",
                "WALARCHIVE_AZURE_READ_TIMEOUT", "40"));
        assertEquals(new AzureCredential.Signature("sv=2024-05-04&sig=sesame%3D"), config.credential());
        assertEquals(
                "https://account.blob.core.chinacloudapi.cn", config.endpoint().toString());
        assertEquals(Optional.of(Path.of("/etc/ca.pem")), config.caFile());
        assertEquals(Duration.ofMillis(1500), config.connectTimeout());
        assertEquals(Duration.ofSeconds(40), config.readTimeout());
    }

    @Test
    void theKeyWinsOverTheSignatureAsWithWalE() throws StoreException {
        assertInstanceOf(
                AzureCredential.AccountKey.class,
                read("WABS_SAS_TOKEN", "sig=x").credential());
    }

    @Test
    void withoutKeyAndSignatureItIsAnIdentity() throws StoreException {
        assertInstanceOf(
                AzureCredential.Identity.class,
                read(Map.of("WABS_ACCOUNT_NAME", "account")).credential());
    }

    @Test
    void theAccountMustBeKnown() {
        for (Map<String, String> settings : List.of(
                Map.<String, String>of(),
                Map.of("WABS_ACCESS_KEY", "c2VzYW1l"),
                Map.of("WABS_ACCESS_KEY", "c2VzYW1l", "WALARCHIVE_AZURE_ENDPOINT", "https://host"))) {
            StoreException failure = fails(Kind.INVALID, settings);
            assertTrue(failure.getMessage().contains("WABS_ACCOUNT_NAME is not set"), failure::getMessage);
        }
    }

    @Test
    void aTokenIsNotSentInTheClear() throws StoreException {
        Map<String, String> clear = Map.of("WALARCHIVE_AZURE_ENDPOINT", "http://storage.example/account");
        assertTrue(fails(Kind.INVALID, clear).getMessage().contains("is not https"));
        read(Map.of("WALARCHIVE_AZURE_ENDPOINT", "http://127.0.0.1:10000/account"));
        read(Map.of("WALARCHIVE_AZURE_ENDPOINT", "https://storage.example/account"));
    }

    @ParameterizedTest
    @CsvSource({
        "WABS_ACCOUNT_NAME, Not/An/Account",
        "WALARCHIVE_AZURE_ENDPOINT, account.blob.core.windows.net",
        "WALARCHIVE_AZURE_ENDPOINT, ftp://host",
        "WALARCHIVE_AZURE_ENDPOINT, https://host/account/container",
        "WALARCHIVE_AZURE_CONNECT_TIMEOUT, 0",
        "WALARCHIVE_AZURE_READ_TIMEOUT, 3601",
        "WALARCHIVE_AZURE_READ_TIMEOUT, soon"
    })
    void whatIsWrongIsNamed(String name, String value) {
        StoreException failure = assertThrows(StoreException.class, () -> read(name, value));
        assertEquals(Kind.INVALID, failure.kind());
        assertTrue(failure.getMessage().contains(name), failure::getMessage);
        assertTrue(failure.hint().isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WABS_ACCESS_KEY=sesame!",
                "WABS_SAS_TOKEN=sv=1&se=sesame",
                "WABS_SAS_TOKEN=sv=1&sig=ses ame sesame",
                "WABS_SAS_TOKEN=sv=1&sig=sesame%",
                "WABS_SAS_TOKEN=sv=1&sig=\"sesame\"",
                "WALARCHIVE_AZURE_ENDPOINT=https://user:sesame@host",
                "WALARCHIVE_AZURE_ENDPOINT=https://host/account?sig=sesame",
                "WALARCHIVE_AZURE_ENDPOINT=https://ho st/sesame"
            })
    void aSecretThatCannotBeReadIsNotPrinted(String setting) {
        String name = setting.substring(0, setting.indexOf('='));
        StoreException failure = fails(
                Kind.INVALID,
                name.equals("WABS_SAS_TOKEN")
                        ? Map.of("WABS_ACCOUNT_NAME", "account", name, setting.substring(name.length() + 1))
                        : with(name, setting.substring(name.length() + 1)));
        assertTrue(failure.getMessage().contains(name), failure::getMessage);
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        assertFalse((all + failure.hint().orElse("")).contains("sesame"), all::toString);
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> settings = new HashMap<>(LEAST);
        settings.put(name, value);
        return settings;
    }

    @Test
    void aSignatureDoesNotLeaveThisMachineInTheClear() throws StoreException {
        Map<String, String> settings = new HashMap<>(Map.of("WABS_SAS_TOKEN", "sig=x"));
        settings.put("WALARCHIVE_AZURE_ENDPOINT", "http://host/account");
        assertTrue(fails(Kind.INVALID, settings).getMessage().contains("in the clear"));
        for (String endpoint : new String[] {"https://host/account", "http://127.0.0.1:10000/account"}) {
            settings.put("WALARCHIVE_AZURE_ENDPOINT", endpoint);
            assertEquals(endpoint, read(settings).endpoint().toString());
        }
    }

    @Test
    void credentialsDoNotPrintTheirSecrets() throws StoreException {
        String all = read(LEAST).toString()
                + read(Map.of("WABS_ACCOUNT_NAME", "account", "WABS_SAS_TOKEN", "sig=open-sesame"));
        assertFalse(all.contains("c2VzYW1l") || all.contains("open-sesame"), all);
    }
}
