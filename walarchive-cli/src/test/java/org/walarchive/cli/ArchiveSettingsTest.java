package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ArchiveConfig;
import org.walarchive.ConfigurationException;

final class ArchiveSettingsTest {

    private static final Map<String, String> ALL_LOCATIONS = Map.of(
            "WALARCHIVE_PREFIX", "file:///env",
            "WALE_FILE_PREFIX", "file:///env-file",
            "WALE_GS_PREFIX", "gs://env-gs",
            "WALE_S3_PREFIX", "s3://env-s3",
            "WALE_SWIFT_PREFIX", "swift://env-swift",
            "WALE_WABS_PREFIX", "wabs://env-wabs");

    private static ArchiveConfig config(Map<String, String> environment, String words)
            throws UsageException, ConfigurationException {
        return ArchiveSettings.of(CommandLineParser.parse(words.split(" ")), environment)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "--wabs-prefix wabs://w --s3-prefix s3://s --gs-prefix gs://g --file-prefix file:///f --prefix file:///p, file:///p",
        "--wabs-prefix wabs://w --s3-prefix s3://s --gs-prefix gs://g --file-prefix file:///f, file:///f",
        "--wabs-prefix wabs://w --s3-prefix s3://s --gs-prefix gs://g, gs://g",
        "--wabs-prefix wabs://w --s3-prefix s3://s, s3://s",
        "--wabs-prefix wabs://w, wabs://w",
        "--terse, file:///env",
        "--file-prefix s3://other, s3://other",
    })
    void optionsGoBeforeVariablesInWalEsOrder(String options, String location)
            throws UsageException, ConfigurationException {
        assertEquals(
                location,
                config(ALL_LOCATIONS, options + " backup-list").location().toString());
    }

    @Test
    void anEmptyLocationIsNone() throws UsageException, ConfigurationException {
        assertEquals(
                "file:///env",
                config(ALL_LOCATIONS, "--file-prefix= backup-list").location().toString());
    }

    @Test
    void credentialsGoOverTheEnvironment() throws UsageException, ConfigurationException {
        Map<String, String> environment = new HashMap<>(ALL_LOCATIONS);
        environment.put("AWS_ACCESS_KEY_ID", "old");
        environment.put("AWS_SECRET_ACCESS_KEY", "kept");
        environment.put("WABS_ACCOUNT_NAME", "old");
        ArchiveConfig config = config(environment, "-k new -a account backup-list");
        assertEquals("new", config.storeSettings().get("AWS_ACCESS_KEY_ID").orElseThrow());
        assertEquals("kept", config.storeSettings().get("AWS_SECRET_ACCESS_KEY").orElseThrow());
        assertEquals("account", config.storeSettings().get("WABS_ACCOUNT_NAME").orElseThrow());
        assertFalse(config.storeSettings().get("AWS_INSTANCE_PROFILE").isPresent());
        assertEquals(
                "true",
                config(environment, "--aws-instance-profile backup-list")
                        .storeSettings()
                        .get("AWS_INSTANCE_PROFILE")
                        .orElseThrow());
    }

    @Test
    void keyAndInstanceProfileExcludeEachOther() {
        assertThrows(UsageException.class, () -> config(ALL_LOCATIONS, "-k x --aws-instance-profile backup-list"));
    }

    @Test
    void compressionAndPoolSizeGoOverTheEnvironmentEvenIfThatCannotBeRead()
            throws UsageException, ConfigurationException {
        Map<String, String> environment = new HashMap<>(ALL_LOCATIONS);
        environment.put("WALARCHIVE_COMPRESSION", "rot13");
        environment.put("WALARCHIVE_POOL_SIZE", "many");
        ArchiveConfig config = config(environment, "--compression zstd:3 backup-push -p 7 /d");
        assertEquals("zstd:3", config.compression().toString());
        assertEquals(7, config.poolSize());
    }

    @Test
    void thePoolOfWalPushIsNotTheOneOfBaseBackups() throws UsageException, ConfigurationException {
        assertEquals(
                ArchiveConfig.DEFAULT_POOL_SIZE,
                config(ALL_LOCATIONS, "wal-push -p 32 /f").poolSize());
        assertEquals(
                ArchiveConfig.DEFAULT_POOL_SIZE,
                config(ALL_LOCATIONS, "wal-push -p 0 /f").poolSize());
    }

    @ParameterizedTest
    @CsvSource({
        "--compression rot13 backup-list, --compression",
        "--file-prefix /srv/a backup-list, --file-prefix",
        "backup-push -p 0 /d, --pool-size",
    })
    void errorsNameTheOption(String words, String option) {
        UsageException e = assertThrows(UsageException.class, () -> config(ALL_LOCATIONS, words));
        assertTrue(e.getMessage().startsWith(option + " cannot be read: "), e.getMessage());
    }

    @Test
    void aPasswordInALocationIsNotRepeated() {
        UsageException e = assertThrows(
                UsageException.class, () -> config(Map.of(), "--prefix s3://user:geheim@bucket/x backup-list"));
        assertFalse(e.getMessage().contains("geheim"), e.getMessage());
    }

    @Test
    void withoutALocationThereIsNoArchive() {
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> config(Map.of(), "backup-list"));
        assertEquals("no storage prefix defined", e.getMessage());
    }
}
