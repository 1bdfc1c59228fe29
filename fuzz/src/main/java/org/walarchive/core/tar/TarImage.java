package org.walarchive.core.tar;

import java.nio.charset.StandardCharsets;

/** Fuzzed bytes as an archive whose headers have the right checksums, which no fuzzer would find. */
final class TarImage {

    private TarImage() {}

    /** Mends the checksum of every block that is written as a header is. */
    static byte[] withChecksums(byte[] bytes) {
        byte[] mended = bytes.clone();
        for (int at = 0; at + TarHeaders.BLOCK_BYTES <= mended.length; at += TarHeaders.BLOCK_BYTES) {
            int magic = at + TarField.MAGIC.offset;
            if (mended[magic] == 'u' && mended[magic + 1] == 's' && mended[magic + 2] == 't') {
                mend(mended, at);
            }
        }
        return mended;
    }

    private static void mend(byte[] bytes, int at) {
        int from = at + TarField.CHECKSUM.offset;
        int sum = ' ' * TarField.CHECKSUM.length;
        for (int i = at; i < at + TarHeaders.BLOCK_BYTES; i++) {
            sum += i >= from && i < from + TarField.CHECKSUM.length ? 0 : bytes[i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, from, digits.length);
    }
}
