package org.walarchive.store.s3;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.TrustManager;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.support.CertificateFile;
import org.walarchive.store.support.RequestWatch;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.endpoints.EndpointUrl;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The SDK's client and what must be closed with it. */
final class S3Connection implements AutoCloseable {

    private static final int CONNECTIONS = 128;

    /** Services close an idle connection after 20 s at the earliest known; a closed one costs a failure. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    /** Of services that have no regions: the one they take. */
    private static final String ANY_REGION = "us-east-1";

    private final RequestWatch watch;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http;
    private final S3Client client;

    private S3Connection(RequestWatch watch, AwsCredentialsProvider credentials, SdkHttpClient http, S3Client client) {
        this.watch = watch;
        this.credentials = credentials;
        this.http = http;
        this.client = client;
    }

    /** Makes the client. Nothing is sent, but the instance's metadata service may be asked for a region that is not set. */
    static S3Connection open(StoreLocation location, S3Config config) throws StoreException {
        RequestWatch watch = new RequestWatch("walarchive-s3-watch");
        Region region = region(config);
        AwsCredentialsProvider credentials = credentials(config);
        SdkHttpClient http = new WatchedHttpClient(httpClient(config), watch, config.readTimeout());
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http)
                .region(region)
                .credentialsProvider(credentials)
                .overrideConfiguration(override ->
                        override.retryStrategy(AwsRetryStrategy.doNotRetry()).addExecutionInterceptor(new EchoMask()))
                // Checksums are the store's own: see S3Requests.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                // Bodies are in memory and signed whole, which old services understand.
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(false).build());
        if (!config.isAws()) {
            builder.addPlugin(LegacyMd5Plugin.create());
        }
        if (config.endpoint().isPresent()) {
            address(builder, config.endpoint().get(), location.container());
        }
        return new S3Connection(watch, credentials, http, builder.build());
    }

    private static void address(S3ClientBuilder builder, S3Endpoint endpoint, String bucket) throws StoreException {
        switch (endpoint.convention()) {
            case PATH -> builder.endpointOverride(endpoint.uri()).forcePathStyle(true);
            case SUBDOMAIN -> builder.endpointOverride(endpoint.uri());
            case VIRTUALHOST -> {
                try {
                    Endpoint address = Endpoint.builder()
                            .endpointUrl(EndpointUrl.fromUri(endpoint.uri(bucket)))
                            .build();
                    builder.endpointProvider(parameters -> CompletableFuture.completedFuture(address));
                } catch (IllegalArgumentException e) {
                    throw new StoreException(
                            Kind.INVALID,
                            "bucket " + bucket + " cannot be reached by the convention virtualhost: " + e.getMessage(),
                            "With virtualhost the bucket's name is a host's name; subdomain or path may be meant.",
                            null);
                }
            }
        }
    }

    private static Region region(S3Config config) throws StoreException {
        if (config.region().isPresent()) {
            return Region.of(config.region().get());
        }
        if (config.endpoint().isPresent()) {
            return Region.of(ANY_REGION);
        }
        try {
            DefaultAwsRegionProviderChain.Builder chain = DefaultAwsRegionProviderChain.builder();
            config.profile().ifPresent(chain::profileName);
            return chain.build().getRegion();
        } catch (SdkException e) {
            throw new StoreException(
                    Kind.INVALID,
                    "must define one of AWS_REGION or WALE_S3_ENDPOINT",
                    "Set AWS_REGION to the region of the bucket.",
                    null);
        }
    }

    private static AwsCredentialsProvider credentials(S3Config config) {
        if (config.instanceProfile()) {
            return InstanceProfileCredentialsProvider.create();
        }
        if (config.accessKey().isPresent()) {
            AccessKey key = config.accessKey().get();
            return StaticCredentialsProvider.create(
                    key.token().isPresent()
                            ? AwsSessionCredentials.create(
                                    key.id(), key.secret(), key.token().get())
                            : AwsBasicCredentials.create(key.id(), key.secret()));
        }
        DefaultCredentialsProvider.Builder chain = DefaultCredentialsProvider.builder();
        config.profile().ifPresent(chain::profileName);
        return chain.build();
    }

    private static SdkHttpClient httpClient(S3Config config) throws StoreException {
        Apache5HttpClient.Builder builder = Apache5HttpClient.builder()
                .connectionTimeout(config.connectTimeout())
                .socketTimeout(config.readTimeout())
                .connectionAcquisitionTimeout(config.readTimeout())
                .connectionMaxIdleTime(IDLE)
                .maxConnections(CONNECTIONS)
                .tcpKeepAlive(true);
        if (config.caFile().isPresent()) {
            TrustManager[] trust = CertificateFile.read(
                            SettingsReader.CA_FILE, config.caFile().get())
                    .trustManagers();
            builder.tlsTrustManagersProvider(() -> trust);
        } else if (config.endpoint()
                .filter(endpoint -> endpoint.uri().getScheme().equals("http"))
                .isPresent()) {
            // Else the client reads Java's trusted certificates, which nothing here will be held against: a tenth of a
            // second.
            builder.tlsTrustManagersProvider(() -> new TrustManager[] {new NoTrust()});
        }
        return builder.build();
    }

    S3Client client() {
        return client;
    }

    @Override
    public void close() {
        watch.close();
        client.close();
        http.close();
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
