package org.walarchive.store.s3;

import java.io.IOException;
import org.walarchive.store.StoreException;
import org.walarchive.store.support.ContentStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object while it is read. The SDK compares the checksum at its end, if there is one. */
final class S3ContentStream extends ContentStream {

    private final String action;
    private final ResponseInputStream<GetObjectResponse> in;

    S3ContentStream(String action, ResponseInputStream<GetObjectResponse> in, long size) {
        super(action, size);
        this.action = action;
        this.in = in;
    }

    @Override
    protected int fetch(byte[] target, int offset, int length) throws IOException {
        try {
            return in.read(target, offset, length);
        } catch (SdkException e) {
            throw S3Errors.broken(action, e);
        }
    }

    @Override
    protected StoreException failed(String action, IOException cause) {
        return S3Errors.broken(action, cause);
    }

    @Override
    protected void release(boolean complete) throws IOException {
        if (complete) {
            in.close();
        } else {
            in.abort();
        }
    }
}
