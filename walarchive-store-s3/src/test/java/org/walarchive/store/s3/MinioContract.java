package org.walarchive.store.s3;

import java.util.Optional;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;
import org.walarchive.store.tck.BlobStoreContract;

/** The contract on MinIO, wherever it runs. */
abstract class MinioContract extends BlobStoreContract {

    private final S3Server server;
    private final String bucket;

    MinioContract(S3Server server) {
        this.server = server;
        this.bucket = server.makeBucket();
    }

    @Override
    protected BlobStore open() throws StoreException {
        return S3Server.open(server.provider(), bucket);
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return S3Server.open(server.provider(), "never-made");
    }

    @Override
    protected Optional<String> hidesKeyBelowBlob() {
        return Optional.of("MinIO keeps objects as directories, and a list does not look into one that is an object");
    }

    @Override
    protected Optional<String> removesDirectories() {
        return Optional.of("MinIO keeps objects as directories, and answers 403 when the one above goes");
    }

    @Override
    protected int longestComponentBytes() {
        return 255; // MinIO keeps objects in a file system
    }
}
