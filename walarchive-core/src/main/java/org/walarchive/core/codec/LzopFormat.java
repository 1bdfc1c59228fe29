package org.walarchive.core.codec;

/**
 * Constants of the lzop container, which is big-endian: a header, blocks (plain length, compressed length, checksums,
 * data), and a plain length of zero. A header checksum covers all of the header but the magic.
 */
final class LzopFormat {

    static final int METHOD_LZO1X_1 = 1;
    static final int METHOD_LZO1X_1_15 = 2;
    static final int METHOD_LZO1X_999 = 3;

    static final int FLAG_ADLER32_PLAIN = 0x1;
    static final int FLAG_ADLER32_COMPRESSED = 0x2;
    static final int FLAG_STDIN = 0x4;
    static final int FLAG_STDOUT = 0x8;
    static final int FLAG_EXTRA_FIELD = 0x40;
    static final int FLAG_CRC32_PLAIN = 0x100;
    static final int FLAG_CRC32_COMPRESSED = 0x200;
    static final int FLAG_MULTIPART = 0x400;
    static final int FLAG_FILTER = 0x800;
    static final int FLAG_HEADER_CRC32 = 0x1000;
    static final int FLAG_OS_UNIX = 0x0300_0000;
    /** Bits without a meaning up to lzop 1.04; the highest byte is the operating system, the next half the character set. */
    static final int FLAGS_RESERVED = 0x000f_c000;

    static final int VERSION = 0x1040;
    static final int LIBRARY_VERSION = 0x20a0;
    /** The oldest lzop with this header, 0.94; also what we say is needed to read what we write. */
    static final int VERSION_NEEDED = 0x0940;

    /** What lzop writes as the level of its default. */
    static final int LEVEL = 5;

    static final int BLOCK_BYTES = 256 * 1024;
    /** The largest block that lzop itself accepts. */
    static final int MAX_BLOCK_BYTES = 64 * 1024 * 1024;

    private LzopFormat() {}

    static byte[] magic() {
        return new byte[] {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'};
    }
}
