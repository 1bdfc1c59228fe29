package org.walarchive.store.tck;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.walarchive.store.BlobStore;

/** The contract on a store that keeps it, and, where a parameter of the run names a flaw, on one that does not. */
@Execution(ExecutionMode.CONCURRENT)
final class TinyStoreFaultTest extends NetworkFaultContract {

    static final String FLAW = "walarchive.test.flaw";

    private final TinyServer server = opened(new TinyServer());
    private Flaw flaw = Flaw.NONE;

    TinyStoreFaultTest() throws IOException {}

    @RegisterExtension
    final BeforeEachCallback parameter =
            context -> context.getConfigurationParameter(FLAW).ifPresent(name -> flaw = Flaw.valueOf(name));

    @Override
    protected String upstream() {
        return server.address();
    }

    @Override
    protected BlobStore open(int port, Duration readTimeout) {
        return new TinyStore(port, readTimeout, flaw);
    }

    @Override
    protected boolean makesVisible(ProxiedRequest request) {
        return request.is("POST", "/commit/") || request.is("PUT", "/blobs/");
    }

    @Override
    protected int largeSizeBytes() {
        return 7 * TinyStore.PART_BYTES / 2;
    }
}
