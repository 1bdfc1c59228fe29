package org.walarchive.core.server;

import java.util.Arrays;
import java.util.Optional;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** Reads any bytes as the beginning of a WAL segment. */
public final class WalHeaderFuzz {

    private WalHeaderFuzz() {}

    /** Reads the input; a header that is sound is that of one name only. */
    public static void fuzzerTestOneInput(byte[] input) {
        Optional<WalPageHeader> header = WalPageHeader.parse(input);
        if (header.isEmpty()) {
            WalSegmentName any = WalSegmentName.parse("000000010000000000000001");
            if (WalPageHeader.mismatch(input, any, 16 << 20).isEmpty()) {
                throw new AssertionError("there is no header, and nothing is wrong");
            }
            return;
        }
        if (!header.equals(WalPageHeader.parse(Arrays.copyOf(input, WalPageHeader.LENGTH)))) {
            throw new AssertionError("what follows the header changes it");
        }
        header.get().walSegmentSize().ifPresent(size -> {
            if (header.get().timeline() > 0) {
                requireOneName(input, header.get(), size);
            }
        });
    }

    private static void requireOneName(byte[] input, WalPageHeader header, WalSegmentSize size) {
        WalSegmentName name;
        try {
            name = WalSegmentName.containing(new TimelineId(header.timeline()), header.pageAddress(), size);
        } catch (IllegalArgumentException e) {
            return; // in a gap of 9.2
        }
        boolean first = header.pageAddress().equals(name.startLsn(size));
        Optional<String> mismatch = WalPageHeader.mismatch(input, name, size.bytes());
        if (mismatch.isEmpty() != first || !mismatch.equals(header.mismatch(name, size.bytes()))) {
            throw new AssertionError(name + ": " + mismatch);
        }
        if (header.mismatch(name, size.bytes() * 2L).isEmpty()) {
            throw new AssertionError("the file has twice the length");
        }
    }
}
