package org.walarchive.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.ProfileFile;

/** On what the SDK really says, which may change with its version. */
final class CredentialSearchTest {

    private static StoreException failure(AwsCredentialsProvider... providers) {
        AwsCredentialsProviderChain chain = AwsCredentialsProviderChain.builder()
                .credentialsProviders(providers)
                .build();
        SdkException failure = null;
        try {
            chain.resolveCredentials();
        } catch (SdkException e) {
            failure = e;
        }
        Optional<StoreException> told = CredentialSearch.failure("cannot get k", failure);
        return told.orElseThrow();
    }

    @Test
    void anExpiredSignOnIsSaid(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("config"), """
                [profile day]
                sso_start_url = https://sign-on.invalid/start
                sso_region = us-east-1
                sso_account_id = 123456789012
                sso_role_name = reader
                region = us-east-1
                """);
        StoreException told = failure(ProfileCredentialsProvider.builder()
                .profileName("day")
                .profileFile(ProfileFile.builder()
                        .content(file)
                        .type(ProfileFile.Type.CONFIGURATION)
                        .build())
                .build());
        assertEquals(Kind.ACCESS_DENIED, told.kind());
        assertTrue(told.getMessage().contains("no credential was found (Profile: The SSO session"), told::getMessage);
    }

    @Test
    void aMissingTokenIsNamed() {
        StoreException told = failure(WebIdentityTokenFileCredentialsProvider.builder()
                .roleArn("arn:aws:iam::123456789012:role/reader")
                .webIdentityTokenFile(Path.of("/never/made"))
                .build());
        assertEquals(Kind.ACCESS_DENIED, told.kind());
        assertTrue(told.getMessage().contains("/never/made"), told::getMessage);
    }

    @Test
    void placesThatNobodySetUpAreLeftOut() {
        StoreException told = failure(ProfileCredentialsProvider.builder()
                .profileName("default")
                .profileFile(ProfileFile.aggregator().build())
                .build());
        assertEquals("cannot get k: no credential was found", told.getMessage());
    }

    @Test
    void aServiceThatCannotBeAskedMayBeAskedAgain() {
        StoreException told = CredentialSearch.failure(
                        "cannot get k",
                        SdkClientException.create("Unable to load credentials from any of the providers in the chain"
                                + " AwsCredentialsProviderChain(x) : [WebIdentityTokenFileCredentialsProvider():"
                                + " Unable to execute HTTP request: sts.invalid]"))
                .orElseThrow();
        assertEquals(Kind.UNAVAILABLE, told.kind());
        StoreException metadata = CredentialSearch.failure(
                        "cannot get k", SdkClientException.create("Failed to load credentials from IMDS."))
                .orElseThrow();
        assertEquals(Kind.UNAVAILABLE, metadata.kind());
        assertTrue(metadata.hint().orElse("").contains("role"));
    }

    @Test
    void anotherFailureIsNone() {
        assertEquals(
                Optional.empty(), CredentialSearch.failure("cannot get k", SdkClientException.create("reset by peer")));
    }

    @Test
    void theSearchEndsSoon() {
        assertTimeout(
                Duration.ofSeconds(30),
                () -> assertTrue(failure(ProfileCredentialsProvider.create("never-made"))
                        .getMessage()
                        .contains("never-made")));
    }
}
