package org.walarchive.store.swift;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.BlobStoreContract;

/** The contract on Swift, with tokens of Keystone's version 3, and with the smallest segments. */
@EnabledIfEnvironmentVariable(named = SwiftServer.V3_URL, matches = ".+", disabledReason = SwiftServer.WHERE)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SwiftV3IT extends BlobStoreContract {

    private static SwiftServer server;

    private final String container = server.makeContainer();

    @BeforeAll
    static void find() throws IOException {
        server = SwiftServer.v3();
    }

    private static SwiftStoreProvider.Builder provider() {
        return server.provider().segmentSizeBytes(1 << 20);
    }

    @Override
    protected BlobStore open() throws StoreException {
        return new OneCopyStore(SwiftServer.open(provider(), container));
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return SwiftServer.open(provider(), "never-made");
    }
}
