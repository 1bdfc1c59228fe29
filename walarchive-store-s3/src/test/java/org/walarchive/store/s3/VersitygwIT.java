package org.walarchive.store.s3;

import java.util.Optional;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.BlobStoreContract;

/** The contract on Versity's gateway. */
@EnabledIfEnvironmentVariable(named = S3Server.VERSITYGW, matches = ".+", disabledReason = S3Server.HOW_TO_START)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class VersitygwIT extends BlobStoreContract {

    @RegisterExtension
    static final S3Server SERVER = S3Server.at(S3Server.VERSITYGW);

    private final String bucket = SERVER.makeBucket();

    @Override
    protected BlobStore open() throws StoreException {
        return S3Server.open(SERVER.provider(), bucket);
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return S3Server.open(SERVER.provider(), "never-made");
    }

    @Override
    protected Optional<String> refusesKeyBelowBlob() {
        return Optional.of("versitygw keeps objects as files");
    }

    @Override
    protected Optional<String> removesDirectories() {
        return Optional.of("versitygw keeps objects as files");
    }

    @Override
    protected int longestComponentBytes() {
        return 255; // versitygw keeps objects in a file system
    }
}
