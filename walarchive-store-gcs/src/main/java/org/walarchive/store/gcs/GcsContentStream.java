package org.walarchive.store.gcs;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.support.ContentStream;

/** An object while it is read, with the checksum that the service said. */
final class GcsContentStream extends ContentStream {

    private final InputStream in;
    private final String expectedCrc32c;
    private final CRC32C crc32c = new CRC32C();

    GcsContentStream(String action, InputStream in, long size, String expectedCrc32c) {
        super(action, size);
        this.in = in;
        this.expectedCrc32c = expectedCrc32c;
    }

    @Override
    protected int fetch(byte[] target, int offset, int length) throws IOException {
        return in.read(target, offset, length);
    }

    @Override
    protected void update(byte[] bytes, int offset, int length) {
        crc32c.update(bytes, offset, length);
    }

    @Override
    protected @Nullable String fault() {
        String came = Checksum.text(crc32c);
        return came.equals(expectedCrc32c) ? null : "its checksum should be " + expectedCrc32c + ", and is " + came;
    }

    @Override
    protected StoreException failed(String action, IOException cause) {
        return GcsErrors.translate(action, cause);
    }

    @Override
    protected void release(boolean complete) throws IOException {
        in.close();
    }
}
