package org.walarchive.core.server;

/**
 * The checksum of PostgreSQL 9.4 and older: the table of the reflected CRC-32, looked up in the manner of the unreflected
 * one ({@code COMP_LEGACY_CRC32} in {@code pg_crc.h} of 9.5).
 */
final class LegacyCrc32 {

    private static final int REFLECTED_POLYNOMIAL = 0xEDB88320;

    private LegacyCrc32() {}

    static int of(byte[] bytes, int length) {
        int crc = 0xFFFFFFFF;
        for (int i = 0; i < length; i++) {
            crc = tableEntry((crc >>> 24 ^ bytes[i]) & 0xFF) ^ crc << 8;
        }
        return ~crc;
    }

    private static int tableEntry(int index) {
        int entry = index;
        for (int bit = 0; bit < 8; bit++) {
            entry = (entry & 1) == 0 ? entry >>> 1 : entry >>> 1 ^ REFLECTED_POLYNOMIAL;
        }
        return entry;
    }
}
