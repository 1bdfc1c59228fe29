package org.walarchive.core.codec;

import io.airlift.compress.zstd.ZstdCompressor;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a sequence of frames, each with a checksum of its content: the compressor's own stream of one frame compresses a
 * third worse. Before each frame but the last stands a {@linkplain ZstdFormat#promise promise} that it is not the last.
 */
final class ZstdWriter extends BlockStream {

    /** 8 MiB compresses 0.1 % better, 1 MiB 0.5 % worse. */
    private static final int FRAME_BYTES = 4 * 1024 * 1024;

    private final InputStream plain;
    private final ZstdCompressor compressor = new ZstdCompressor();
    private final byte[] promise = ZstdFormat.promise();
    private byte @Nullable [] input;
    private byte[] output = {};
    private int inputLength;
    private boolean ended;

    ZstdWriter(InputStream plain) {
        this.plain = plain;
    }

    @Override
    protected boolean makeBlock() throws IOException {
        if (ended) {
            return false;
        }
        byte[] bytes = input;
        if (bytes == null) {
            bytes = new byte[FRAME_BYTES];
            input = bytes;
            inputLength = fill(plain, bytes, 0);
        }
        // One byte ahead tells whether this frame is the last.
        int ahead = inputLength == FRAME_BYTES ? plain.read() : -1;
        ended = ahead < 0;
        int needed = promise.length + compressor.maxCompressedLength(inputLength);
        if (output.length < needed) {
            output = new byte[needed];
        }
        int length = compressor.compress(bytes, 0, inputLength, output, promise.length, output.length - promise.length);
        System.arraycopy(promise, 0, output, 0, promise.length);
        supply(output, ended ? promise.length : 0, promise.length + length);
        if (!ended) {
            bytes[0] = (byte) ahead;
            inputLength = 1 + fill(plain, bytes, 1);
        }
        return true;
    }

    @Override
    protected void release() throws IOException {
        plain.close();
    }
}
