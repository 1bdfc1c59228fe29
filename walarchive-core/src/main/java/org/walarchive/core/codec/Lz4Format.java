package org.walarchive.core.codec;

/** Constants of the LZ4 frame format 1.6.2, which is little-endian. */
final class Lz4Format {

    static final int MAGIC = 0x184D2204;
    static final int LEGACY_MAGIC = 0x184C2102;

    static final int FLAG_DICTIONARY = 0x01;
    static final int FLAG_RESERVED = 0x02;
    static final int FLAG_CONTENT_CHECKSUM = 0x04;
    static final int FLAG_CONTENT_SIZE = 0x08;
    static final int FLAG_BLOCK_CHECKSUM = 0x10;
    static final int FLAG_INDEPENDENT_BLOCKS = 0x20;
    static final int VERSION_MASK = 0xc0;
    static final int VERSION_1 = 0x40;

    /** The bit of a block's length that marks it as stored. */
    static final int STORED = 0x8000_0000;

    private Lz4Format() {}

    /** Tells whether a number begins a frame of user data, which LZ4 and Zstandard share; readers pass over it. */
    static boolean isSkippableMagic(int magic) {
        return (magic & 0xffff_fff0) == 0x184D2A50;
    }

    static byte headerChecksum(byte[] bytes, int offset, int length) {
        return (byte) (xxh32(bytes, offset, length) >> 8);
    }

    static int xxh32(byte[] bytes, int offset, int length) {
        return XxHash32.of(bytes, offset, length);
    }
}
