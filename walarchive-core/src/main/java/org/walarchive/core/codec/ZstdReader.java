package org.walarchive.core.codec;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads Zstandard frames, several in sequence and frames of user data between them included. */
final class ZstdReader extends BlockStream {

    private static final int PROMISE_BYTES = 8;

    /** Of the content; memory for it is taken once its compressed form has arrived. */
    private static final int MAX_WHOLE_BYTES = 8 * 1024 * 1024;

    private final CompressedSource source;
    private final Decoder preferred;
    private byte[] buffer = {};
    private ZstdNative.@Nullable FrameDecoder whole;
    private @Nullable ZstdFrame frame;
    private @Nullable InputStream decoder;
    private long contentLength;
    /** How many frames must follow before the stream may end. */
    private int owedFrames = 1;

    /** What decodes the frames that either can. */
    enum Decoder {
        JAVA,
        /** To be chosen only where it loads. */
        NATIVE
    }

    ZstdReader(InputStream compressed, Decoder preferred) {
        this.source = new CompressedSource("zstd", compressed);
        this.preferred = preferred;
    }

    @Override
    protected boolean makeBlock() throws IOException {
        while (true) {
            if (frame == null) {
                if (owedFrames == 0 && source.atEnd()) {
                    return false;
                }
                openFrame();
                continue;
            }
            int count = decode(frame);
            if (count > 0) {
                contentLength += count;
                supply(buffer, 0, count);
                return true;
            }
            if (count < 0) {
                finishFrame(frame);
            }
        }
    }

    private void openFrame() throws IOException {
        long start = source.offset();
        int magic = source.readIntLittleEndian();
        if (magic == ZstdFormat.MAGIC) {
            ZstdFrame opened = new ZstdFrame(source);
            decoder = isDecodedAsWhole(opened) ? null : newDecoder(opened);
            frame = opened;
            contentLength = 0;
        } else if (Lz4Format.isSkippableMagic(magic)) {
            readUserData(magic);
        } else {
            throw start == 0 ? source.strange() : source.corruptAt(start, "other bytes follow the last frame", null);
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

    /** Frames of ours are: their content need not go through a window then. */
    private boolean isDecodedAsWhole(ZstdFrame opened) {
        return preferred == Decoder.NATIVE && opened.contentSize().orElse(Long.MAX_VALUE) <= MAX_WHOLE_BYTES;
    }

    private InputStream newDecoder(ZstdFrame opened) throws IOException {
        long window = opened.windowBytes();
        if (window <= ZstdFormat.MAX_JAVA_WINDOW_BYTES && preferred == Decoder.JAVA) {
            return new ZstdInputStream(opened);
        }
        if (window > ZstdFormat.MAX_NATIVE_WINDOW_BYTES) {
            throw source.corruptAt(opened.start(), "a window of " + window + " bytes is not supported", null);
        }
        try {
            return ZstdNative.decompress(opened);
        } catch (LinkageError e) {
            throw new MissingLibraryException(
                    "zstd",
                    "a window of " + window + " bytes needs com.github.luben:zstd-jni on the class path, and its native"
                            + " library for this platform",
                    opened.start(),
                    "com.github.luben:zstd-jni",
                    e);
        }
    }

    /** Decodes content into the buffer; returns how much, -1 at the frame's end. */
    private int decode(ZstdFrame opened) throws IOException {
        try {
            return decoder == null ? decodeWhole(opened) : decodeSome(decoder);
        } catch (IOException e) {
            if (e == opened.failure()) {
                throw e;
            }
            throw source.corruptAt(opened.start(), "the frame cannot be decompressed", e);
        } catch (RuntimeException e) { // the decoder names no closed set of exceptions for damaged input
            throw source.corruptAt(opened.start(), "the frame cannot be decompressed", e);
        }
    }

    private int decodeSome(InputStream in) throws IOException {
        if (buffer.length < ZstdFormat.MAX_BLOCK_BYTES) {
            buffer = new byte[ZstdFormat.MAX_BLOCK_BYTES];
        }
        return in.read(buffer, 0, buffer.length);
    }

    private int decodeWhole(ZstdFrame opened) throws IOException {
        if (opened.isTaken()) {
            return -1;
        }
        if (whole == null) {
            whole = new ZstdNative.FrameDecoder();
        }
        int count = whole.decode(opened, (int) opened.contentSize().orElseThrow());
        if (count == ZstdNative.FrameDecoder.TOO_LONG) {
            decoder = whole.goOn(opened);
            return decodeSome(decoder);
        }
        buffer = whole.content();
        return count == 0 ? -1 : count;
    }

    private void finishFrame(ZstdFrame finished) throws IOException {
        if (decoder != null) {
            decoder.close();
        }
        if (!finished.isTaken()) {
            throw source.corruptAt(finished.start(), "the frame ends before its last block", null);
        }
        if (!finished.agreesWith(contentLength)) {
            throw source.corruptAt(
                    finished.start(), "the frame has other than the declared bytes: " + contentLength, null);
        }
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
        } finally {
            if (whole != null) {
                whole.close();
            }
        }
    }
}
