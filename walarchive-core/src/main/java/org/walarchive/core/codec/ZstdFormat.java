package org.walarchive.core.codec;

/** Constants of the Zstandard frame format (RFC 8878), which is little-endian. */
final class ZstdFormat {

    static final int MAGIC = 0xFD2FB528;

    /** The largest window that is decoded in Java. */
    static final long MAX_JAVA_WINDOW_BYTES = 8L * 1024 * 1024;

    /** The largest window that is decoded at all, as a power of two: what {@code zstd} takes without being asked. */
    static final int MAX_NATIVE_WINDOW_LOG = 27;

    static final long MAX_NATIVE_WINDOW_BYTES = 1L << MAX_NATIVE_WINDOW_LOG;

    static final int MAX_BLOCK_BYTES = 128 * 1024;

    /** The magic of the frames of user data that {@link #promise} makes. */
    private static final int PROMISE_MAGIC = 0x184D2A5D;

    private ZstdFormat() {}

    /**
     * Makes a frame of user data that promises that two more frames follow. Zstandard has no end of a sequence of
     * frames: one cut off between two frames looks complete. So the writer puts this before each frame but the last, and
     * the reader holds it to that; other readers pass over it.
     */
    static byte[] promise() {
        byte[] frame = {0, 0, 0, 0, 0, 0, 0, 0, 'w', 'a', ' ', 'm', 'o', 'r', 'e', '\n'};
        LittleEndian.putInt(frame, 0, PROMISE_MAGIC);
        LittleEndian.putInt(frame, 4, frame.length - 8);
        return frame;
    }
}
