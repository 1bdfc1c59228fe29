package org.walarchive.store.s3;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.BlobStoreContract;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract on Amazon S3, below a prefix of its own, with the settings and credentials that the environment has. */
@EnabledIfEnvironmentVariable(
        named = AwsS3IT.BUCKET,
        matches = ".+",
        disabledReason = "name a bucket of Amazon S3, and have AWS_REGION and a credential")
final class AwsS3IT extends BlobStoreContract {

    static final String BUCKET = "WALARCHIVE_TEST_AWS_BUCKET";

    private static final String RUN = "walarchive-test/" + UUID.randomUUID() + "/";

    private static SdkHttpClient http;
    private static S3Client client;

    private final String path = RUN + UUID.randomUUID();

    @BeforeAll
    static void connect() {
        http = Apache5HttpClient.create();
        client = S3Client.builder().httpClient(http).build();
    }

    @AfterAll
    static void removeAll() {
        S3Leftovers.remove(client, System.getenv(BUCKET), RUN);
        client.close();
        http.close();
    }

    private static BlobStore open(String location) throws StoreException {
        return S3StoreProvider.builder()
                .set(SettingsReader.PAGE_SIZE, "5")
                .set(SettingsReader.PART_SIZE, String.valueOf(5 << 20))
                .build()
                .open(StoreLocation.parse(location), StoreSettings.of(System.getenv()));
    }

    @Override
    protected BlobStore open() throws StoreException {
        return open("s3://" + System.getenv(BUCKET) + "/" + path);
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return open("s3://walarchive-never-made-" + UUID.randomUUID());
    }
}
