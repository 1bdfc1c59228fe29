package org.walarchive.core.codec;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads LZ4 frames, several in sequence and frames of user data between them included. */
final class Lz4Reader extends BlockStream {

    private final CompressedSource source;
    private @Nullable Lz4Frame frame;
    private boolean frameRead;

    Lz4Reader(InputStream compressed) {
        this.source = new CompressedSource("lz4", compressed);
    }

    @Override
    protected boolean makeBlock() throws IOException {
        while (true) {
            if (frame == null) {
                if (frameRead && source.atEnd()) {
                    return false;
                }
                frame = nextFrame();
                continue;
            }
            Lz4Blocks block = frame.readBlock();
            if (block == null) {
                frame = null;
                frameRead = true;
            } else {
                supply(block.bytes(), block.from(), block.to());
                return true;
            }
        }
    }

    @Override
    protected int makeBlockIn(byte[] target, int offset, int length) throws IOException {
        return frame == null || !frame.canReadInto(length) ? 0 : frame.readBlockInto(target, offset);
    }

    /** Returns the frame that begins here, or null after user data. */
    private @Nullable Lz4Frame nextFrame() throws IOException {
        long start = source.offset();
        int magic = source.readIntLittleEndian();
        if (magic == Lz4Format.MAGIC) {
            return Lz4Frame.open(source);
        }
        if (Lz4Format.isSkippableMagic(magic)) {
            source.skip(source.readIntLittleEndian() & 0xffff_ffffL);
            return null;
        }
        if (magic == Lz4Format.LEGACY_MAGIC) {
            throw source.corruptAt(start, "the legacy format of lz4 -l is not supported", null);
        }
        throw start == 0 ? source.strange() : source.corruptAt(start, "other bytes follow the last frame", null);
    }

    @Override
    protected void release() throws IOException {
        source.close();
    }
}
