package org.walarchive.core.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
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
        ZstdLibrary.load();
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
    static InputStream decompress(InputStream frame) throws IOException {
        ZstdInputStreamNoFinalizer stream = new ZstdInputStreamNoFinalizer(frame);
        stream.setLongMax(ZstdFormat.MAX_NATIVE_WINDOW_LOG);
        return stream;
    }

    /** Decodes frames that declare their content, each at once. */
    static final class FrameDecoder implements AutoCloseable {

        static final int TOO_LONG = -1;

        private static final int FIRST_BYTES = 256 * 1024;

        /** A frame of many blocks, as of a stream that was flushed often, is longer than one that was made at once. */
        private static final int SLACK_BYTES = 64 * 1024;

        private final ZstdDecompressCtx context = new ZstdDecompressCtx();
        private byte[] compressed = new byte[FIRST_BYTES];
        private byte[] content = {};
        private int taken;

        /**
         * Takes a frame to its end, whose checksum is verified if it has one.
         *
         * @param contentBytes how long its content is
         * @return how long it is indeed, or {@link #TOO_LONG} if the frame is longer than compression would make it: {@link #goOn} decodes that
         * @throws RuntimeException of any kind if the frame is damaged
         */
        int decode(ZstdFrame frame, int contentBytes) throws IOException {
            int most = (int) Zstd.compressBound(contentBytes) + SLACK_BYTES;
            taken = 0;
            while (!frame.isTaken()) {
                if (taken == most) {
                    return TOO_LONG;
                }
                if (taken == compressed.length) {
                    compressed = Arrays.copyOf(compressed, Math.min(most, 2 * taken));
                }
                taken += frame.read(compressed, taken, Math.min(most, compressed.length) - taken);
            }
            if (content.length < contentBytes) {
                content = new byte[contentBytes];
            }
            return context.decompressByteArray(content, 0, contentBytes, compressed, 0, taken);
        }

        /** Opens a decoder of what was taken of a frame, and of the rest. */
        InputStream goOn(ZstdFrame frame) throws IOException {
            return ZstdNative.decompress(
                    new SequenceInputStream(new ByteArrayInputStream(compressed, 0, taken), frame));
        }

        /** Returns the array that holds the last frame's content until the next one is decoded. */
        byte[] content() {
            return content;
        }

        @Override
        public void close() {
            context.close();
        }
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
