package org.walarchive.store.gcs;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFaultContract;
import org.walarchive.store.tck.ProxiedRequest;

/** The contract with a bad network, on fake-gcs-server. */
@EnabledIfEnvironmentVariable(named = FakeGcs.VARIABLE, matches = ".+", disabledReason = FakeGcs.DISABLED)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class FakeGcsFaultIT extends NetworkFaultContract {

    private static final int CHUNK = 256 << 10;

    private final String bucket = FakeGcs.makeBucket();

    @Override
    protected String upstream() {
        return FakeGcs.address().getAuthority();
    }

    @Override
    protected BlobStore open(int port, Duration readTimeout) throws StoreException {
        return FakeGcs.open(
                GcsStoreProvider.builder()
                        .emulator("http://127.0.0.1:" + port)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .readTimeout(readTimeout)
                        .set(SettingsReader.CHUNK_SIZE, String.valueOf(CHUNK)),
                bucket);
    }

    @Override
    protected int largeSizeBytes() {
        return 5 * CHUNK + 17_000 + 6_000;
    }

    @Override
    protected boolean makesVisible(ProxiedRequest request) {
        return request.is("POST", "uploadType=multipart")
                || (request.method().equals("PUT")
                        && !request.header("content-range").orElse("/*").endsWith("/*"));
    }

    @Override
    protected boolean cleansUp(ProxiedRequest request) {
        return request.is("DELETE", "upload_id=");
    }

    @Override
    protected Answer error(int status, Map<String, String> headers) {
        String message =
                "{\"error\":{\"code\":" + status + ",\"message\":\"scripted\",\"errors\":[{\"reason\":\"scripted\"}]}}";
        return new Answer(status, headers, message);
    }

    @Override
    protected Optional<String> putsAreNotVerified() {
        return Optional.of("fake-gcs-server answers a damaged boundary with 500; FakeGcsDamageIT has what it notices");
    }
}
