package org.walarchive.store.swift;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.walarchive.store.support.PartBuffer;

/** A part as the body of a request, which may be sent again. */
final class PartBody extends RequestBody {

    /** As WAL-E has it. */
    static final MediaType CONTENT_TYPE = MediaType.get("application/octet-stream");

    private final PartBuffer content;

    PartBody(PartBuffer content) {
        this.content = content;
    }

    @Override
    public MediaType contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public long contentLength() {
        return content.size();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        for (byte[] chunk : content.chunks()) {
            sink.write(chunk);
        }
    }
}
