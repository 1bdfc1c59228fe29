package org.walarchive.cli.job;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * A server of S3 on this machine.
 *
 * @param endpoint such as {@code http://127.0.0.1:9000}
 * @param accessKey the name of the key
 * @param secretKey the secret
 */
public record S3Server(URI endpoint, String accessKey, String secretKey) {

    /** What a test that needs a server says when there is none. */
    static final String HOW_TO_START = "start the servers: ci/stores/up DIR; . DIR/env.sh";

    /** Returns a server whose address is in an environment variable, and its key in two others. */
    public static S3Server ofVariable(String address) {
        return new S3Server(
                URI.create(System.getenv(address)),
                System.getenv("WALARCHIVE_TEST_S3_ACCESS_KEY"),
                System.getenv("WALARCHIVE_TEST_S3_SECRET_KEY"));
    }

    /** Makes a bucket and returns its name. */
    public String newBucket() {
        String bucket = "bucket-" + UUID.randomUUID();
        try (S3Client client = client()) {
            client.createBucket(request -> request.bucket(bucket));
        }
        return bucket;
    }

    /** Returns the environment that leads to an archive in a bucket. */
    Map<String, String> environment(String bucket) {
        return environment(bucket, endpoint.getPort());
    }

    /** Returns the environment that leads to an archive in a bucket through another port. */
    public Map<String, String> environment(String bucket, int port) {
        return Map.of(
                "WALE_S3_PREFIX",
                "s3://" + bucket + "/some/dir",
                "WALE_S3_ENDPOINT",
                endpoint.getScheme() + "+path://" + endpoint.getHost() + ":" + port,
                "AWS_ACCESS_KEY_ID",
                accessKey,
                "AWS_SECRET_ACCESS_KEY",
                secretKey);
    }

    /** Returns the environment that leads to an archive in a bucket with a temporary credential that a policy limits. */
    Map<String, String> environment(String bucket, String policy) {
        try (StsClient client = StsClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(owner())
                .build()) {
            Credentials credentials = client.assumeRole(request -> request.roleArn("arn:xxx:xxx:xxx:xxxx")
                            .roleSessionName("test")
                            .policy(policy))
                    .credentials();
            Map<String, String> environment = new HashMap<>(environment(bucket));
            environment.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
            environment.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
            environment.put("AWS_SESSION_TOKEN", credentials.sessionToken());
            return environment;
        }
    }

    /** Makes a bucket that keeps what is replaced or deleted. */
    String newVersionedBucket() {
        String bucket = newBucket();
        try (S3Client client = client()) {
            client.putBucketVersioning(request ->
                    request.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        }
        return bucket;
    }

    /** Makes a bucket that keeps every version for a day, whoever asks for its deletion. */
    String newLockedBucket(ObjectLockRetentionMode mode) {
        String bucket = "bucket-" + UUID.randomUUID();
        try (S3Client client = client()) {
            client.createBucket(request -> request.bucket(bucket).objectLockEnabledForBucket(true));
            client.putObjectLockConfiguration(request -> request.bucket(bucket)
                    .objectLockConfiguration(lock -> lock.objectLockEnabled(ObjectLockEnabled.ENABLED)
                            .rule(rule -> rule.defaultRetention(
                                    retention -> retention.mode(mode).days(1)))));
        }
        return bucket;
    }

    /** Returns the names of all objects of which a bucket has a version with content. */
    List<String> versions(String bucket) {
        try (S3Client client = client()) {
            return client.listObjectVersionsPaginator(request -> request.bucket(bucket)).versions().stream()
                    .map(ObjectVersion::key)
                    .toList();
        }
    }

    /** Tries, as the owner of all, to delete the versions with content; tells whether not one could be. */
    boolean refusesToDeleteVersions(String bucket) {
        try (S3Client client = client()) {
            List<String> before = versions(bucket);
            client.listObjectVersionsPaginator(request -> request.bucket(bucket))
                    .versions()
                    .forEach(version -> {
                        try {
                            client.deleteObject(request ->
                                    request.bucket(bucket).key(version.key()).versionId(version.versionId()));
                        } catch (S3Exception e) {
                            if (e.statusCode() >= 500) {
                                throw e;
                            }
                        }
                    });
            return versions(bucket).equals(before);
        }
    }

    /** Returns the names of all objects in a bucket. */
    List<String> objects(String bucket) {
        try (S3Client client = client()) {
            return client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
                    .map(S3Object::key)
                    .toList();
        }
    }

    byte[] read(String bucket, String key) {
        try (S3Client client = client()) {
            return client.getObjectAsBytes(request -> request.bucket(bucket).key(key))
                    .asByteArray();
        }
    }

    void write(String bucket, String key, byte[] content) {
        try (S3Client client = client()) {
            client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
        }
    }

    private S3Client client() {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(owner())
                .build();
    }

    private StaticCredentialsProvider owner() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey));
    }
}
