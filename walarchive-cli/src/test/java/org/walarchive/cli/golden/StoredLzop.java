package org.walarchive.cli.golden;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.Adler32;

/**
 * The lzop format without compression, as {@code lzop} writes blocks that do not shrink: what lets a test put any content
 * into an object that is intact as such.
 */
final class StoredLzop {

    private static final int BLOCK_BYTES = 256 * 1024;

    /** Checksums of plain blocks are there (0x1); from and to a stream (0x4, 0x8); made on Unix (0x03000000). */
    private static final int FLAGS = 0x0300000D;

    private StoredLzop() {}

    static byte[] of(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1A, '\n'});
        ByteBuffer header = ByteBuffer.allocate(25);
        header.putShort((short) 0x1040).putShort((short) 0x20A0).putShort((short) 0x0940);
        header.put((byte) 1).put((byte) 5).putInt(FLAGS);
        header.putInt(0).putInt(0).putInt(0).put((byte) 0);
        out.writeBytes(header.array());
        out.writeBytes(number(adler32(header.array(), 0, header.capacity())));
        for (int begin = 0; begin < content.length; begin += BLOCK_BYTES) {
            int length = Math.min(BLOCK_BYTES, content.length - begin);
            out.writeBytes(number(length));
            out.writeBytes(number(length));
            out.writeBytes(number(adler32(content, begin, length)));
            out.write(content, begin, length);
        }
        out.writeBytes(number(0));
        return out.toByteArray();
    }

    private static int adler32(byte[] bytes, int begin, int length) {
        Adler32 checksum = new Adler32();
        checksum.update(bytes, begin, length);
        return (int) checksum.getValue();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
