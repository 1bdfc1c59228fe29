package org.walarchive.core.codec;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads Zstandard frames, several in sequence and frames of user data between them included. */
final class ZstdReader extends BlockStream {

    private static final int PROMISE_BYTES = 8;

    /** A stream that is longer, a base backup, goes on with native code where it loads: by then that has paid. */
    static final long JAVA_BYTES = 64L * 1024 * 1024;

    private final CompressedSource source;
    private final byte[] buffer = new byte[ZstdFormat.MAX_BLOCK_BYTES];
    private @Nullable ZstdFrame frame;
    private @Nullable InputStream decoder;
    private long contentLength;
    private long finishedLength;
    private boolean inJava;
    /** How many frames must follow before the stream may end. */
    private int owedFrames = 1;

    ZstdReader(InputStream compressed) {
        this.source = new CompressedSource("zstd", compressed);
    }

    @Override
    protected boolean makeBlock() throws IOException {
        while (true) {
            if (frame == null || decoder == null) {
                if (owedFrames == 0 && source.atEnd()) {
                    return false;
                }
                openFrame();
                continue;
            }
            int count = decode(frame, decoder);
            if (count > 0) {
                contentLength += count;
                supply(buffer, 0, count);
                return true;
            }
            if (count < 0) {
                finishFrame(frame, decoder);
            }
        }
    }

    private void openFrame() throws IOException {
        long start = source.offset();
        int magic = source.readIntLittleEndian();
        if (magic == ZstdFormat.MAGIC) {
            ZstdFrame opened = new ZstdFrame(source);
            decoder = newDecoder(opened);
            frame = opened;
            contentLength = 0;
        } else if (Lz4Format.isSkippableMagic(magic)) {
            readUserData(magic);
        } else {
            throw source.corruptAt(start, start == 0 ? "no zstd magic" : "other bytes follow the last frame", null);
        }
    }

    private void readUserData(int magic) throws IOException {
        long length = source.readIntLittleEndian() & 0xffff_ffffL;
        if (length != PROMISE_BYTES) {
            source.skip(length);
            return;
        }
        byte[] bytes = new byte[8 + PROMISE_BYTES];
        LittleEndian.putInt(bytes, 0, magic);
        LittleEndian.putInt(bytes, 4, PROMISE_BYTES);
        source.readFully(bytes, 8, PROMISE_BYTES);
        if (Arrays.equals(bytes, ZstdFormat.promise())) {
            owedFrames = 2;
        }
    }

    private InputStream newDecoder(ZstdFrame opened) throws IOException {
        long window = opened.windowBytes();
        if (window <= ZstdFormat.MAX_JAVA_WINDOW_BYTES) {
            return newSmallDecoder(opened);
        }
        if (window > ZstdFormat.MAX_NATIVE_WINDOW_BYTES) {
            throw source.corruptAt(opened.start(), "a window of " + window + " bytes is not supported", null);
        }
        try {
            return ZstdNative.decompress(opened);
        } catch (LinkageError e) {
            throw source.corruptAt(
                    opened.start(),
                    "a window of " + window + " bytes needs com.github.luben:zstd-jni on the class path, and its native"
                            + " library for this platform",
                    e);
        }
    }

    private InputStream newSmallDecoder(ZstdFrame opened) throws IOException {
        if (finishedLength >= JAVA_BYTES && !inJava) {
            try {
                return ZstdNative.decompress(opened);
            } catch (LinkageError e) {
                inJava = true;
            }
        }
        return new ZstdInputStream(opened);
    }

    private int decode(ZstdFrame opened, InputStream in) throws IOException {
        try {
            return in.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            if (e == opened.failure()) {
                throw e;
            }
            throw source.corruptAt(opened.start(), "the frame cannot be decompressed", e);
        } catch (RuntimeException e) { // the decoder names no closed set of exceptions for damaged input
            throw source.corruptAt(opened.start(), "the frame cannot be decompressed", e);
        }
    }

    private void finishFrame(ZstdFrame finished, InputStream in) throws IOException {
        in.close();
        if (!finished.isTaken()) {
            throw source.corruptAt(finished.start(), "the frame ends before its last block", null);
        }
        if (!finished.agreesWith(contentLength)) {
            throw source.corruptAt(
                    finished.start(), "the frame has other than the declared bytes: " + contentLength, null);
        }
        finishedLength += contentLength;
        frame = null;
        decoder = null;
        owedFrames = Math.max(0, owedFrames - 1);
    }

    @Override
    protected void release() throws IOException {
        try (source) {
            if (decoder != null) {
                decoder.close();
            }
        }
    }
}
