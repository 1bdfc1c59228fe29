package org.walarchive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

final class ArchiveConfigTest {

    private static final String LOCATION = "s3://bucket/pg";

    @Test
    void hasTheDocumentedDefaults() throws ConfigurationException {
        ArchiveConfig config = ArchiveConfig.fromEnvironment(Map.of("WALARCHIVE_PREFIX", LOCATION));
        assertEquals(StoreLocation.parse(LOCATION), config.location());
        assertEquals(Compression.LZO, config.compression());
        assertEquals(4, config.poolSize());
        assertEquals(1_610_612_736L, config.partitionSizeBytes());
        assertEquals(Duration.ofSeconds(60), config.retryDeadline());
        assertEquals(Optional.empty(), config.commandDeadline());
        assertEquals(OptionalInt.empty(), config.retentionFloor());
        assertEquals(Optional.empty(), config.storeProvider());
        assertEquals(Optional.empty(), config.classLoader());
        assertEquals(Optional.empty(), config.walQueueLimit());
    }

    @Test
    void readsEveryVariable() throws ConfigurationException {
        ArchiveConfig config = ArchiveConfig.fromEnvironment(Map.of(
                "WALE_S3_PREFIX", LOCATION,
                "WALARCHIVE_COMPRESSION", "zstd:9",
                "WALARCHIVE_POOL_SIZE", "7",
                "WALARCHIVE_PARTITION_SIZE", "1048576",
                "WALARCHIVE_RETRY_DEADLINE", "0",
                "WALARCHIVE_COMMAND_DEADLINE", "300",
                "WALARCHIVE_RETENTION_FLOOR", "0",
                "WALARCHIVE_QUEUE_MAX", "2GB",
                "AWS_REGION", "eu-central-1"));
        assertEquals(new Compression(Compression.Method.ZSTD, OptionalInt.of(9)), config.compression());
        assertEquals(7, config.poolSize());
        assertEquals(1 << 20, config.partitionSizeBytes());
        assertEquals(Duration.ZERO, config.retryDeadline());
        assertEquals(Optional.of(Duration.ofMinutes(5)), config.commandDeadline());
        assertEquals(OptionalInt.of(0), config.retentionFloor());
        assertEquals(OptionalInt.of(0), config.toBuilder().build().retentionFloor());
        assertEquals(Optional.of(new WalQueueLimit(2L << 30)), config.walQueueLimit());
        assertEquals(Optional.of("eu-central-1"), config.storeSettings().get("AWS_REGION"));
    }

    @Test
    void takesTheFirstLocationThatIsSetAndNotEmpty() throws ConfigurationException {
        Map<String, String> environment = new HashMap<>();
        List<String> lastFirst = ArchiveConfig.LOCATION_VARIABLES.stream()
                .sorted((a, b) ->
                        ArchiveConfig.LOCATION_VARIABLES.indexOf(b) - ArchiveConfig.LOCATION_VARIABLES.indexOf(a))
                .toList();
        assertEquals(6, lastFirst.size());
        for (String variable : lastFirst) {
            String container = variable.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            environment.put(variable, "file://" + container + "/x");
            assertEquals(
                    container,
                    ArchiveConfig.fromEnvironment(environment).location().container());
        }
        environment.put("WALARCHIVE_PREFIX", "");
        assertEquals(
                "wale-file-prefix",
                ArchiveConfig.fromEnvironment(environment).location().container());
    }

    @Test
    void emptyValuesCountAsUnset() throws ConfigurationException {
        ArchiveConfig config = ArchiveConfig.fromEnvironment(Map.of(
                "WALARCHIVE_PREFIX", LOCATION,
                "WALARCHIVE_COMPRESSION", "",
                "WALARCHIVE_POOL_SIZE", "",
                "WALARCHIVE_PARTITION_SIZE", "",
                "WALARCHIVE_RETRY_DEADLINE", "",
                "WALARCHIVE_COMMAND_DEADLINE", ""));
        assertEquals(ArchiveConfig.builder(LOCATION).build().toString(), config.toString());
    }

    @Test
    void noLocationIsAnErrorThatNamesTheVariables() {
        ConfigurationException e =
                assertThrows(ConfigurationException.class, () -> ArchiveConfig.fromEnvironment(Map.of("PATH", "/bin")));
        assertEquals("no storage prefix defined", e.getMessage());
        ArchiveConfig.LOCATION_VARIABLES.forEach(
                name -> assertTrue(e.hint().orElseThrow().contains(name), name));
        assertFalse(e.retryable());
    }

    @ParameterizedTest
    @CsvSource({
        "WALARCHIVE_COMPRESSION, gzip, gzip",
        "WALARCHIVE_COMPRESSION, LZO, LZO",
        "WALARCHIVE_COMPRESSION, zstd:99, 99",
        "WALARCHIVE_COMPRESSION, lz4:, is not a number",
        "WALARCHIVE_QUEUE_MAX, much, much",
        "WALARCHIVE_QUEUE_MAX, 0, 0",
        "WALARCHIVE_RETENTION_FLOOR, -1, -1",
        "WALARCHIVE_RETENTION_FLOOR, some, some",
        "WALARCHIVE_POOL_SIZE, many, many",
        "WALARCHIVE_POOL_SIZE, 0, 0",
        "WALARCHIVE_POOL_SIZE, -3, -3",
        "WALARCHIVE_POOL_SIZE, 4294967297, 4294967297",
        "WALARCHIVE_PARTITION_SIZE, 1G, 1G",
        "WALARCHIVE_PARTITION_SIZE, 1048575, 1048575",
        "WALARCHIVE_RETRY_DEADLINE, 60s, 60s",
        "WALARCHIVE_RETRY_DEADLINE, -1, -1",
        "WALARCHIVE_COMMAND_DEADLINE, 5m, 5m",
        "WALARCHIVE_COMMAND_DEADLINE, 0, PT0S",
        "WALARCHIVE_COMMAND_DEADLINE, -1, PT-1S",
        "WALE_S3_PREFIX, /srv/archive, /srv/archive",
        "WALE_S3_PREFIX, s3://bucket/x?versionId=1, versionId=1",
    })
    void badValuesAreRefusedAndNamed(String variable, String value, String shown) {
        Map<String, String> environment = new HashMap<>(Map.of("WALE_WABS_PREFIX", "wabs://c/p"));
        environment.put(variable, value);
        ConfigurationException e =
                assertThrows(ConfigurationException.class, () -> ArchiveConfig.fromEnvironment(environment));
        assertEquals(variable + " cannot be read", e.getMessage());
        assertTrue(e.detail().orElseThrow().contains(shown), e.detail().orElseThrow());
        assertTrue(e.hint().orElseThrow().contains(variable), e.hint().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://key:geheim@bucket/x", "key:geheim@bucket", "s3:/key:geheim@bucket/x"})
    void aSecretInTheLocationIsRefusedAndNotRepeated(String location) {
        ConfigurationException e = assertThrows(
                ConfigurationException.class,
                () -> ArchiveConfig.fromEnvironment(Map.of("WALARCHIVE_PREFIX", location)));
        for (Throwable t = e; t != null; t = t.getCause()) {
            assertFalse(String.valueOf(t.getMessage()).contains("geheim"), t.toString());
        }
        assertFalse(e.detail().orElse("").contains("geheim"), e.detail().orElse(""));
    }

    @Test
    void encryptionOfTheEnvironment() throws ConfigurationException {
        Encryption encryption = ArchiveConfig.fromEnvironment(Map.of(
                        "WALARCHIVE_PREFIX", LOCATION,
                        "WALE_GPG_KEY_ID", "0123ABCD",
                        "WALARCHIVE_PGP_PUBLIC_KEYS", "/a.asc" + File.pathSeparator + "/b.asc",
                        "WALARCHIVE_PGP_PRIVATE_KEYS", "/c.asc",
                        "WALARCHIVE_PGP_PASSPHRASE_FILE", "/d",
                        "WALARCHIVE_PGP_PASSPHRASE", "geheim",
                        "WALARCHIVE_GPG_PROGRAM", "gpg2",
                        "GNUPGHOME", "/gnupg",
                        "HOME", "/home/p"))
                .encryption();
        assertEquals(List.of("0123ABCD"), encryption.recipients());
        assertEquals(List.of(Path.of("/a.asc"), Path.of("/b.asc")), encryption.publicKeyFiles());
        assertEquals(List.of(Path.of("/c.asc")), encryption.privateKeyFiles());
        assertEquals(Optional.of(Path.of("/d")), encryption.passphraseFile());
        assertEquals(Optional.of("geheim"), encryption.passphrase());
        assertEquals("gpg2", encryption.gpgProgram());
        assertEquals(Path.of("/gnupg"), encryption.gnupgHome());
        assertFalse(encryption.toString().contains("geheim"), encryption.toString());
    }

    @Test
    void homeOfGnupgIsInTheUsersHome() throws ConfigurationException {
        ArchiveConfig config = ArchiveConfig.fromEnvironment(Map.of("WALARCHIVE_PREFIX", LOCATION, "HOME", "/home/p"));
        assertEquals(Path.of("/home/p/.gnupg"), config.encryption().gnupgHome());
        assertEquals(List.of(), config.encryption().recipients());
    }

    /** Empty is no permission to push without encryption: the push refuses it. */
    @Test
    void emptyRecipientIsNotForgotten() throws ConfigurationException {
        ArchiveConfig config =
                ArchiveConfig.fromEnvironment(Map.of("WALARCHIVE_PREFIX", LOCATION, "WALE_GPG_KEY_ID", ""));
        assertEquals(List.of(""), config.encryption().recipients());
    }

    @Test
    void recipientsAreSeparatedByCommasAndIdsByBlanks() {
        String fingerprint = "D9E860722127DF061A49BA321C4EE2DE4253A745";
        assertEquals(
                List.of("0123ABCD", "0x0123456789ABCDEF", fingerprint, "A. Person <a@example.com>", "b@example.com"),
                Encryption.builder()
                        .recipients("0123ABCD 0x0123456789ABCDEF," + fingerprint
                                + ", A. Person <a@example.com>,b@example.com")
                        .build()
                        .recipients());
        String grouped = "D9E8 6072 2127 DF06 1A49  BA32 1C4E E2DE 4253 A745";
        assertEquals(
                List.of(grouped),
                Encryption.builder().recipients(grouped).build().recipients());
    }

    @Test
    void showsNoSecret() {
        ArchiveConfig config = ArchiveConfig.builder(LOCATION)
                .storeSettings(StoreSettings.of(Map.of("AWS_SECRET_ACCESS_KEY", "geheim")))
                .build();
        assertFalse(config.toString().contains("geheim"));
        assertTrue(config.toString().contains(LOCATION));
        assertFalse(config.storeSettings().toString().contains("geheim"));
        assertTrue(config.storeSettings().toString().contains("AWS_SECRET_ACCESS_KEY"));
    }

    @Test
    void settingsAreCopiedAndEmptyOnesUnset() {
        Map<String, String> values = new HashMap<>(Map.of("A", "1", "B", ""));
        StoreSettings settings = StoreSettings.of(values);
        values.put("A", "2");
        assertEquals(Optional.of("1"), settings.get("A"));
        assertEquals(Optional.empty(), settings.get("B"));
        assertEquals(Optional.empty(), settings.get("C"));
    }

    @Test
    void theBuilderChecksRanges() {
        ArchiveConfig.Builder builder = ArchiveConfig.builder(LOCATION);
        refused("0", () -> builder.poolSize(0));
        refused("1048575", () -> builder.partitionSizeBytes((1 << 20) - 1));
        refused("PT-0.001S", () -> builder.retryDeadline(Duration.ofMillis(-1)));
        refused("PT0S", () -> builder.commandDeadline(Duration.ZERO));
        refused("PT-0.001S", () -> builder.commandDeadline(Duration.ofMillis(-1)));
        refused("nowhere", () -> ArchiveConfig.builder("nowhere"));
        ArchiveConfig config = builder.poolSize(1)
                .partitionSizeBytes(1 << 20)
                .retryDeadline(Duration.ZERO)
                .build();
        assertEquals(1, config.poolSize());
        assertEquals(1 << 20, config.partitionSizeBytes());
        assertEquals(Duration.ZERO, config.retryDeadline());
    }

    static void refused(String shown, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(shown), message);
    }

    @Test
    void aCopyHasAllValues() {
        BlobStoreProvider provider = new BlobStoreProvider() {
            @Override
            public Set<String> schemes() {
                return Set.of("s3");
            }

            @Override
            public BlobStore open(StoreLocation location, StoreSettings settings) {
                throw new AssertionError("not called");
            }
        };
        ArchiveListener listener = event -> {};
        ClassLoader loader = new ClassLoader() {};
        ArchiveConfig one = ArchiveConfig.builder(LOCATION)
                .storeSettings(StoreSettings.of(Map.of("A", "1")))
                .compression(Compression.parse("lz4"))
                .poolSize(9)
                .partitionSizeBytes(5 << 20)
                .retryDeadline(Duration.ofSeconds(5))
                .commandDeadline(Duration.ofMinutes(5))
                .walQueueLimit(new WalQueueLimit(2 << 20))
                .listener(listener)
                .storeProvider(provider)
                .classLoader(loader)
                .build();
        ArchiveConfig copy = one.toBuilder().build();
        assertEquals(one.toString(), copy.toString());
        assertEquals(Optional.of(Duration.ofMinutes(5)), copy.commandDeadline());
        assertEquals(Optional.of(new WalQueueLimit(2 << 20)), copy.walQueueLimit());
        assertEquals(Optional.of("1"), copy.storeSettings().get("A"));
        assertSame(listener, copy.listener());
        assertSame(provider, copy.storeProvider().orElseThrow());
        assertSame(loader, copy.classLoader().orElseThrow());
        assertEquals(2, one.toBuilder().poolSize(2).build().poolSize());
        assertEquals(9, one.poolSize());
    }

    @Test
    void anArchiveWithoutEngineSaysWhatIsMissing() {
        ArchiveConfig config = ArchiveConfig.builder(LOCATION)
                .classLoader(new ClassLoader(null) {})
                .build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> WalArchive.open(config));
        assertEquals("no engine found", e.getMessage());
        assertTrue(e.hint().orElseThrow().contains("walarchive-core"));
    }
}
