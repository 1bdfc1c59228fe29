package org.walarchive.store.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.tck.BlobStoreContract;

final class FileBlobStoreTest extends BlobStoreContract {

    private @TempDir Path directory;

    @Override
    protected BlobStore open() {
        return open(directory, 5);
    }

    @Override
    protected BlobStore openWithoutContainer() {
        return open(directory.resolve("not/mounted"), 5);
    }

    @Override
    protected Optional<String> refusesKeyBelowBlob() {
        return Optional.of("a file system cannot have a file and a directory of one name");
    }

    @Override
    protected int longestComponentBytes() {
        return FileTree.MAX_NAME_BYTES;
    }

    static FileBlobStore open(Path root, int pageSize) {
        FileTree tree = new FileTree(StoreLocation.parse("file://localhost" + root));
        return new FileBlobStore(tree, new Staging(tree, Clock.systemUTC(), Files::createLink), pageSize);
    }
}
