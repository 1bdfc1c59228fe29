package org.walarchive.store.s3;

import java.net.URI;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

/** The contract on MinIO in a container, where there is Docker. */
@Testcontainers(disabledWithoutDocker = true)
final class S3TestcontainersIT extends MinioContract {

    private static final int PORT = 9000;
    private static final String ACCESS_KEY = "walarchive-test";
    private static final String SECRET_KEY = "walarchive-test-secret";

    /** The last image that was published with a tag; it is on no other registry any more. */
    private static final DockerImageName IMAGE =
            DockerImageName.parse("quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z");

    @Container
    static final GenericContainer<?> CONTAINER = new GenericContainer<>(IMAGE)
            .withEnv("MINIO_ROOT_USER", ACCESS_KEY)
            .withEnv("MINIO_ROOT_PASSWORD", SECRET_KEY)
            .withEnv("MINIO_KMS_SECRET_KEY", "walarchive-test-key:d2FsYXJjaGl2ZS10ZXN0cy1oYXZlLW5vLXNlY3JldHM=")
            .withCommand("server", "/data")
            .withExposedPorts(PORT)
            .waitingFor(Wait.forHttp("/minio/health/live").forPort(PORT));

    @RegisterExtension
    static final S3Server SERVER = new S3Server(
            () -> URI.create("http://" + CONTAINER.getHost() + ":" + CONTAINER.getMappedPort(PORT)),
            ACCESS_KEY,
            SECRET_KEY);

    S3TestcontainersIT() {
        super(SERVER);
    }
}
