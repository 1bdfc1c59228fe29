package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreSettings;

final class SettingsReaderTest {

    private static final String KEY = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=";

    private static S3Config read(Map<String, String> settings) throws StoreException {
        return SettingsReader.read(StoreSettings.of(settings));
    }

    private static String refused(Map<String, String> settings) {
        StoreException failure = assertThrows(StoreException.class, () -> read(settings));
        assertEquals(Kind.INVALID, failure.kind());
        return failure.getMessage() + " HINT: " + failure.hint().orElse("");
    }

    @Test
    void withoutSettingsItIsAmazonsServiceAsWalEUsedIt() throws StoreException {
        S3Config config = read(Map.of());
        assertTrue(config.isAws());
        assertEquals(IfAbsent.ATOMIC, config.ifAbsent());
        assertEquals("AES256", config.encryption().algorithm());
        assertEquals(Duration.ofSeconds(5), config.connectTimeout());
        assertEquals(Duration.ofSeconds(25), config.readTimeout());
        assertEquals(Optional.empty(), config.accessKey());
        assertEquals(Optional.empty(), config.storageClass());
    }

    @Test
    void namesAreThoseOfTheEnvironment() throws StoreException {
        S3Config config = read(Map.of(
                "AWS_ACCESS_KEY_ID", "id",
                "AWS_SECRET_ACCESS_KEY", "sesame",
                "AWS_SECURITY_TOKEN", "token",
                "AWS_REGION", "eu-central-1",
                "WALE_S3_STORAGE_CLASS", "STANDARD_IA",
                "WALARCHIVE_S3_ACL", "bucket-owner-full-control",
                "WALARCHIVE_S3_REQUESTER_PAYS", "true",
                "WALARCHIVE_S3_TAGS", "team=data base, a%2Cb%3D=%25",
                "WALARCHIVE_S3_CONNECT_TIMEOUT", "1.5",
                "WALARCHIVE_S3_READ_TIMEOUT", "40"));
        assertEquals(
                new AccessKey("id", "sesame", Optional.of("token")),
                config.accessKey().orElseThrow());
        assertEquals(Optional.of("eu-central-1"), config.region());
        assertEquals(Optional.of("STANDARD_IA"), config.storageClass());
        assertEquals(Optional.of("bucket-owner-full-control"), config.acl());
        assertEquals(Optional.of("team=data%20base&a%2Cb%3D=%25"), config.tags());
        assertTrue(config.requesterPays());
        assertEquals(Duration.ofMillis(1500), config.connectTimeout());
        assertEquals(Duration.ofSeconds(40), config.readTimeout());
    }

    @Test
    void anEndpointOfSomebodyElseIsNotTrustedToHonourConditions() throws StoreException {
        S3Config other = read(Map.of("WALE_S3_ENDPOINT", "https+path://s3.example.com"));
        assertEquals(IfAbsent.LOOK_FIRST, other.ifAbsent());
        assertFalse(other.isAws());
        S3Config vouched =
                read(Map.of("WALE_S3_ENDPOINT", "https+path://s3.example.com", "WALARCHIVE_S3_IF_ABSENT", "atomic"));
        assertEquals(IfAbsent.ATOMIC, vouched.ifAbsent());
        S3Config aws = read(Map.of("WALE_S3_ENDPOINT", "https+path://s3-eu-west-1.amazonaws.com"));
        assertEquals(IfAbsent.ATOMIC, aws.ifAbsent());
        assertEquals(Optional.of("eu-west-1"), aws.region());
    }

    @Test
    void encryptionIsOneOfFour(@TempDir Path directory) throws IOException {
        assertEquals(
                "none", read(Map.of("WALARCHIVE_S3_SSE", "none")).encryption().toString());
        assertEquals(
                "aws:kms alias/x",
                read(Map.of("WALARCHIVE_S3_SSE_KMS_KEY_ID", "alias/x"))
                        .encryption()
                        .toString());
        Encryption customer = read(Map.of("WALARCHIVE_S3_SSE_C_KEY", KEY)).encryption();
        assertEquals(KEY, customer.customerKey());
        assertEquals("AES256", customer.customerAlgorithm());
        assertEquals("6Z+00jTp9DFT5j+l/q0WFA==", customer.customerKeyMd5());
        Path file = directory.resolve("key");
        Files.writeString(file, KEY + "\n");
        assertEquals(
                KEY,
                read(Map.of("WALARCHIVE_S3_SSE_C_KEY_FILE", file.toString()))
                        .encryption()
                        .customerKey());
        assertTrue(refused(Map.of("WALARCHIVE_S3_SSE_C_KEY_FILE", file + "2")).contains("key2 cannot be read"));
        assertTrue(refused(Map.of("WALARCHIVE_S3_SSE", "AES256", "WALARCHIVE_S3_SSE_KMS_KEY_ID", "x"))
                .contains("aws:kms"));
        assertTrue(refused(Map.of("WALARCHIVE_S3_SSE", "aws:kms", "WALARCHIVE_S3_SSE_C_KEY", KEY))
                .contains("customer"));
        assertTrue(refused(Map.of("WALARCHIVE_S3_SSE_C_KEY_FILE", "f", "WALARCHIVE_S3_SSE_C_KEY", KEY))
                .contains("both"));
    }

    @ParameterizedTest
    @CsvSource({
        "AWS_ACCESS_KEY_ID, id, AWS_SECRET_ACCESS_KEY is not set",
        "AWS_SECRET_ACCESS_KEY, sesame, AWS_ACCESS_KEY_ID is not set",
        "AWS_INSTANCE_PROFILE, yes, AWS_INSTANCE_PROFILE cannot be read",
        "WALE_S3_ENDPOINT, http://x, WALE_S3_ENDPOINT cannot be read",
        "WALE_S3_STORAGE_CLASS, GLACIER, GLACIER cannot be read back",
        "WALE_S3_STORAGE_CLASS, DEEP_ARCHIVE, DEEP_ARCHIVE cannot be read back",
        "WALARCHIVE_S3_SSE, rot13, rot13",
        "WALARCHIVE_S3_SSE_C_KEY, sesame!, does not hold base64",
        "WALARCHIVE_S3_SSE_C_KEY, c2VzYW1l, a key of 32 bytes is needed",
        "WALARCHIVE_S3_TAGS, team, is not of the form key=value",
        "WALARCHIVE_S3_TAGS, team=a=b, is not of the form key=value",
        "WALARCHIVE_S3_TAGS, =a, a key that is not of 1 to 128",
        "WALARCHIVE_S3_TAGS, 'a=b,a=c', is there twice",
        "WALARCHIVE_S3_TAGS, 'a=,b=,c=,d=,e=,f=,g=,h=,i=,j=,k=', there are 11 tags",
        "WALARCHIVE_S3_IF_ABSENT, never, neither atomic nor look-first",
        "WALARCHIVE_S3_READ_TIMEOUT, soon, is not a number",
        "WALARCHIVE_S3_READ_TIMEOUT, 0, is not above 0",
        "WALARCHIVE_S3_CONNECT_TIMEOUT, 3601, is not above 0"
    })
    void aWrongSettingIsNamed(String name, String value, String message) {
        String text = refused(Map.of(name, value));
        assertTrue(text.contains(message), text);
        assertFalse(text.contains("sesame"), text);
        assertFalse(text.contains("c2VzYW1l"), text);
    }
}
