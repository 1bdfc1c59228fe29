package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@DisplayName("on Azurite")
@EnabledIfEnvironmentVariable(
        named = AzuriteJobIT.ADDRESS,
        matches = ".+",
        disabledReason = "Azurite is started by ci/stores/up")
class AzuriteJobIT extends StoreJob {

    static final String ADDRESS = "WALARCHIVE_TEST_AZURITE";

    private static final String ACCOUNT = "devstoreaccount1";

    /** Every emulator has it, and Microsoft documents it. */
    private static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private final String endpoint = System.getenv(ADDRESS) + "/" + ACCOUNT;

    @Override
    Map<String, String> newArchive() {
        String container = "container-" + UUID.randomUUID();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(make(container), HttpResponse.BodyHandlers.ofString());
            assertEquals(201, answer.statusCode(), answer.body());
        } catch (IOException | InterruptedException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return Map.of(
                "WALE_WABS_PREFIX",
                "wabs://" + container + "/some/dir",
                "WABS_ACCOUNT_NAME",
                ACCOUNT,
                "WABS_ACCESS_KEY",
                KEY,
                "WALARCHIVE_AZURE_ENDPOINT",
                endpoint);
    }

    /** The signature as the service documents it ("Authorize with Shared Key"). */
    private HttpRequest make(String container) throws GeneralSecurityException {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        String version = "2021-12-02";
        String signed = "PUT" + "\n".repeat(12) + "x-ms-date:" + date + "\nx-ms-version:" + version + "\n/" + ACCOUNT
                + "/" + ACCOUNT + "/" + container + "\nrestype:container";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        return HttpRequest.newBuilder(URI.create(endpoint + "/" + container + "?restype=container"))
                .header("x-ms-date", date)
                .header("x-ms-version", version)
                .header("Authorization", "SharedKey " + ACCOUNT + ":" + signature)
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
    }

    @Override
    Map<String, String> elsewhere() {
        return Map.of("WALE_WABS_PREFIX", "wabs://container-never-made/some/dir");
    }
}
