package org.walarchive.core.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.walarchive.ArchiveConfig;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.MemoryStoreProvider;

final class ArchiveAddressTest {

    private static ArchiveConfig.Builder config(Map<String, String> settings) {
        return ArchiveConfig.builder("S3://bucket//some/dir/").storeSettings(StoreSettings.of(settings));
    }

    @Test
    void isTheLocationAndWhatLeadsThere() {
        Map<String, String> settings = Map.of(
                "WALE_S3_ENDPOINT", "http+path://127.0.0.1:9000",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "AWS_ACCESS_KEY_ID", "key",
                "AWS_PROFILE", "",
                "AWS_REGION", "eu-central-1");
        assertEquals(
                Optional.of("s3://bucket/some/dir AWS_REGION=eu-central-1 WALE_S3_ENDPOINT=http+path://127.0.0.1:9000"),
                ArchiveAddress.of(config(settings).build(), Map.of()));
        assertEquals(
                Optional.of("s3://bucket/some/dir"),
                ArchiveAddress.of(config(Map.of()).build(), Map.of("PATH", "/bin")));
    }

    @Test
    void theEnvironmentCountsWhereTheSettingsSayNothing() {
        Map<String, String> environment = Map.of("AWS_ENDPOINT_URL", "http://other", "AWS_REGION", "us-east-1");
        assertEquals(
                Optional.of("s3://bucket/some/dir AWS_ENDPOINT_URL=http://other AWS_REGION=eu-central-1"),
                ArchiveAddress.of(config(Map.of("AWS_REGION", "eu-central-1")).build(), environment));
    }

    @Test
    void thereIsNoneThatIsNotOneLine() {
        for (String value : new String[] {"a\nb", "a\n", "\r"}) {
            assertEquals(
                    Optional.empty(),
                    ArchiveAddress.of(config(Map.of("AWS_REGION", value)).build(), Map.of()));
        }
    }

    @Test
    void thereIsNoneOfAStoreThatWasPassedAsAnObject() {
        assertEquals(
                Optional.empty(),
                ArchiveAddress.of(
                        config(Map.of())
                                .storeProvider(new MemoryStoreProvider())
                                .build(),
                        Map.of()));
    }

    @Test
    void theListIsOrderedByBytes() {
        assertEquals(ArchiveAddress.VARIABLES.stream().sorted().distinct().toList(), ArchiveAddress.VARIABLES);
    }
}
