package org.walarchive.core.sentinel;

import org.walarchive.CorruptArchiveException;

/** Reads any bytes as a sentinel. */
public final class SentinelFuzz {

    private static final String KEY =
            "basebackups_005/base_000000010000000000000002_00000040_backup_stop_sentinel.json";

    private SentinelFuzz() {}

    /** Reads the input; what is accepted comes back when it is written. */
    public static void fuzzerTestOneInput(byte[] input) {
        Sentinel sentinel;
        try {
            SentinelJson.unknownFields(KEY, input);
        } catch (CorruptArchiveException e) {
            requireRefused(input);
        }
        try {
            sentinel = SentinelJson.read(KEY, input);
        } catch (CorruptArchiveException e) {
            return;
        }
        try {
            if (!SentinelJson.read(KEY, SentinelJson.write(sentinel)).equals(sentinel)) {
                throw new AssertionError(sentinel + " comes back as something else");
            }
        } catch (CorruptArchiveException e) {
            throw new AssertionError("what was written is refused", e);
        }
    }

    private static void requireRefused(byte[] input) {
        try {
            SentinelJson.read(KEY, input);
        } catch (CorruptArchiveException e) {
            return;
        }
        throw new AssertionError("its fields cannot be read, and it is accepted");
    }
}
