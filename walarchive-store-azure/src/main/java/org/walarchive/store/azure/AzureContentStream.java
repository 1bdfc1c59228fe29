package org.walarchive.store.azure;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.support.ContentStream;

/** A blob while it is read, with its MD5 if the service said one. */
final class AzureContentStream extends ContentStream {

    private final InputStream in;
    private final Optional<byte[]> md5;
    private final MessageDigest digest = Md5.digest();

    AzureContentStream(String action, InputStream in, long size, Optional<byte[]> md5) {
        super(action, size);
        this.in = in;
        this.md5 = md5;
    }

    @Override
    protected int fetch(byte[] target, int offset, int length) throws IOException {
        return in.read(target, offset, length);
    }

    @Override
    protected void update(byte[] bytes, int offset, int length) {
        if (md5.isPresent()) {
            digest.update(bytes, offset, length);
        }
    }

    @Override
    protected @Nullable String fault() {
        return md5.isEmpty() || MessageDigest.isEqual(md5.get(), digest.digest())
                ? null
                : "what came has not the MD5 that the service keeps of it";
    }

    @Override
    protected StoreException failed(String action, IOException cause) {
        return AzureErrors.broken(action, cause);
    }

    @Override
    protected void release(boolean complete) throws IOException {
        in.close();
    }
}
