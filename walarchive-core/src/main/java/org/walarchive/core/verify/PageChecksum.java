package org.walarchive.core.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The checksum of a page of a relation ({@code checksum_impl.h} of PostgreSQL 9.3 to 18): 32 lanes of a hash like FNV-1a over
 * words of 32 bits, folded together with the number of the block.
 */
final class PageChecksum {

    /** Where {@code pd_checksum} is; it counts as zero. */
    private static final int CHECKSUM_OFFSET = 8;

    private static final int LANES = 32;
    private static final int PRIME = 16777619;

    /** What the lanes begin with: arbitrary, but the same everywhere. */
    private static final int[] OFFSETS = {
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2, 0x83E13D2C,
        0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C, 0xF718902A, 0x0B1C9CDB,
        0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979, 0xCCA6C0B2, 0x304A0979, 0x85AA43D4,
        0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E, 0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756
    };

    private PageChecksum() {}

    /**
     * Returns the checksum that a page should have.
     *
     * @param page the page; its length is a multiple of 128
     * @param block the number of the block in the relation, over all its files
     */
    static int of(byte[] page, ByteOrder order, long block) {
        ByteBuffer words = ByteBuffer.wrap(page).order(order);
        int[] sums = OFFSETS.clone();
        int[] row = new int[LANES];
        for (int position = 0; position < page.length; position += LANES * Integer.BYTES) {
            words.position(position);
            words.asIntBuffer().get(row);
            if (position == 0) {
                row[CHECKSUM_OFFSET / Integer.BYTES] = withoutChecksum(page, order);
            }
            mix(sums, row);
        }
        int[] zeros = new int[LANES];
        mix(sums, zeros);
        mix(sums, zeros);
        int folded = 0;
        for (int sum : sums) {
            folded ^= sum;
        }
        return Integer.remainderUnsigned(folded ^ (int) block, 65535) + 1;
    }

    /** The word that begins with the checksum: what follows it stays. */
    private static int withoutChecksum(byte[] page, ByteOrder order) {
        byte[] word = {0, 0, page[CHECKSUM_OFFSET + 2], page[CHECKSUM_OFFSET + 3]};
        return ByteBuffer.wrap(word).order(order).getInt();
    }

    private static void mix(int[] sums, int[] row) {
        for (int lane = 0; lane < LANES; lane++) {
            int mixed = sums[lane] ^ row[lane];
            sums[lane] = mixed * PRIME ^ mixed >>> 17;
        }
    }
}
