package org.walarchive.store.swift;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.support.ContentStream;

/** An object while it is read, with the checksum that is known of it. */
final class SwiftContentStream extends ContentStream {

    private final Reply reply;
    private final Checksum checksum;

    SwiftContentStream(String action, Reply reply, long size, Checksum checksum) {
        super(action, size);
        this.reply = reply;
        this.checksum = checksum;
    }

    @Override
    protected int fetch(byte[] target, int offset, int length) throws IOException {
        return reply.body().read(target, offset, length);
    }

    @Override
    protected void update(byte[] bytes, int offset, int length) {
        checksum.update(bytes, offset, length);
    }

    @Override
    protected @Nullable String fault() {
        return checksum.agrees() ? null : "its content has not the MD5 that was kept of it";
    }

    @Override
    protected StoreException failed(String action, IOException cause) {
        return SwiftErrors.ofBrokenBody(action, cause);
    }

    @Override
    protected void release(boolean complete) throws IOException {
        reply.close();
    }
}
