package org.walarchive.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A service outside this JVM, and the buckets that tests make in it. */
final class S3Server implements BeforeAllCallback, AfterAllCallback {

    static final String MINIO = "WALARCHIVE_TEST_MINIO";
    static final String MINIO_TLS = "WALARCHIVE_TEST_MINIO_TLS";
    static final String VERSITYGW = "WALARCHIVE_TEST_VERSITYGW";
    static final String CA_FILE = "WALARCHIVE_TEST_MINIO_CA";
    static final String HOW_TO_START = "start the servers: ci/stores/up DIR; . DIR/env.sh";

    private final Supplier<URI> addressWhenStarted;
    private final String accessKey;
    private final String secretKey;
    private final Queue<String> buckets = new ConcurrentLinkedQueue<>();
    private URI address;
    private SdkHttpClient http;
    private S3Client client;

    /** Makes a server that runs when the tests of the class begin. */
    S3Server(Supplier<URI> address, String accessKey, String secretKey) {
        this.addressWhenStarted = address;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
    }

    /** Returns a server that {@code ci/stores/up} started. The environment variable tells its address. */
    static S3Server at(String variable) {
        return new S3Server(
                () -> URI.create(System.getenv(variable)),
                System.getenv("WALARCHIVE_TEST_S3_ACCESS_KEY"),
                System.getenv("WALARCHIVE_TEST_S3_SECRET_KEY"));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        address = addressWhenStarted.get();
        Apache5HttpClient.Builder builder = Apache5HttpClient.builder();
        if (address.getScheme().equals("https")) {
            TrustManager[] trust = trust(caFile());
            builder.tlsTrustManagersProvider(() -> trust);
        }
        http = builder.build();
        client = S3Client.builder()
                .httpClient(http)
                .endpointOverride(address)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .build();
    }

    /** Removes the buckets, for the server may serve other tests for long. */
    @Override
    public void afterAll(ExtensionContext context) {
        for (String bucket : buckets) {
            S3Leftovers.remove(client, bucket, "");
            client.deleteBucket(request -> request.bucket(bucket));
        }
        client.close();
        http.close();
    }

    /** Makes a bucket and returns its name. */
    String makeBucket() {
        String bucket = "walarchive-" + UUID.randomUUID();
        client.createBucket(request -> request.bucket(bucket));
        buckets.add(bucket);
        return bucket;
    }

    /** Returns the SDK's own client, to look at what the store did. */
    S3Client client() {
        return client;
    }

    int port() {
        return address.getPort();
    }

    /**
     * Returns a builder whose stores have small pages and parts, so that the contract's largest blob is put in parts. They trust
     * no authority of the server's.
     */
    S3StoreProvider.Builder provider() {
        return S3StoreProvider.builder()
                .endpoint(address.getScheme() + "+path://" + address.getAuthority())
                .accessKey(accessKey, secretKey)
                .atomicIfAbsent()
                .set(SettingsReader.PAGE_SIZE, "5")
                .set(SettingsReader.PART_SIZE, String.valueOf(5 << 20));
    }

    static BlobStore open(S3StoreProvider.Builder provider, String bucket) throws StoreException {
        return provider.build().open(StoreLocation.parse("s3://" + bucket + "/some/dir"), StoreSettings.none());
    }

    static Path caFile() {
        return Path.of(System.getenv(CA_FILE));
    }

    private static TrustManager[] trust(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
