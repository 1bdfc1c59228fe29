package org.walarchive.store.swift;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.NetworkFault.Answer;
import org.walarchive.store.tck.NetworkFaultContract;
import org.walarchive.store.tck.ProxiedRequest;

/** The contract with a bad network, on Swift. Logins go through the proxy too. */
@EnabledIfEnvironmentVariable(named = SwiftServer.V1_URL, matches = ".+", disabledReason = SwiftServer.WHERE)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SwiftFaultIT extends NetworkFaultContract {

    private static SwiftServer server;

    private final String container = server.makeContainer();

    @BeforeAll
    static void find() throws IOException {
        server = SwiftServer.v1();
    }

    @Override
    protected String upstream() {
        return server.address();
    }

    @Override
    protected BlobStore open(int port, Duration readTimeout) throws StoreException {
        return SwiftServer.open(
                server.provider("http://127.0.0.1:" + port + server.loginPath())
                        .connectTimeout(CONNECT_TIMEOUT)
                        .readTimeout(readTimeout)
                        .segmentSizeBytes(1 << 20),
                container);
    }

    @Override
    protected boolean makesVisible(ProxiedRequest request) {
        return request.is("PUT", "/some/dir/") && !request.target().contains(SwiftContainer.SEGMENTS);
    }

    /** After a broken put the token is had anew: its connection may have been closed because of the old one. */
    @Override
    protected boolean cleansUp(ProxiedRequest request) {
        return request.is("GET", server.loginPath());
    }

    @Override
    protected int largeSizeBytes() {
        return 4_000_000;
    }

    @Override
    protected Answer error(int status, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("X-Trans-Id", "tx4711");
        return new Answer(status, all, "<html><h1>Scripted</h1><p>This is a test.</p></html>");
    }
}
