package org.walarchive.core.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** All that touches zstd-jni, an optional library: absent, this class fails to link with a {@link LinkageError}. */
final class ZstdNative {

    private ZstdNative() {}

    /**
     * Loads the library.
     *
     * @throws LinkageError if it is absent or has no code for this platform
     */
    static void requireLoaded() {
        ZstdOutputStreamNoFinalizer.recommendedCOutSize();
    }

    static InputStream compress(InputStream plain, int level) {
        return new Writer(plain, level);
    }

    /** Makes what compresses frames, each with a checksum and the size of its content. */
    static ZstdEncoding.FrameCompressor frames(int level) {
        return (content, length, output, offset) -> {
            try (ZstdCompressCtx context = new ZstdCompressCtx()) {
                context.setLevel(level).setChecksum(true);
                return context.compressByteArray(output, offset, output.length - offset, content, 0, length);
            }
        };
    }

    /** Opens a decoder of one frame. */
    static InputStream decompress(ZstdFrame frame) throws IOException {
        ZstdInputStreamNoFinalizer stream = new ZstdInputStreamNoFinalizer(frame);
        stream.setLongMax(ZstdFormat.MAX_NATIVE_WINDOW_LOG);
        return stream;
    }

    /** Pushes blocks into the library and pulls what comes out: one frame with a checksum. */
    private static final class Writer extends BlockStream {

        private final InputStream plain;
        private final int level;
        private final byte[] input = new byte[256 * 1024];
        private final Output output = new Output();
        private @Nullable ZstdOutputStreamNoFinalizer encoder;
        private boolean ended;

        Writer(InputStream plain, int level) {
            this.plain = plain;
            this.level = level;
        }

        @Override
        protected boolean makeBlock() throws IOException {
            if (ended) {
                return false;
            }
            if (encoder == null) {
                encoder = new ZstdOutputStreamNoFinalizer(output, level);
                encoder.setChecksum(true);
            }
            output.reset();
            int length = fill(plain, input, 0);
            if (length == 0) {
                ended = true;
                encoder.close();
            } else {
                encoder.write(input, 0, length);
            }
            supply(output.array(), 0, output.size());
            return true;
        }

        @Override
        protected void release() throws IOException {
            try (plain) {
                if (encoder != null) {
                    encoder.close();
                }
            }
        }
    }

    private static final class Output extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }
}
