package org.walarchive.store.swift;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.swift.SegmentLayout.Run;

/** Compares content with the MD5 that is known of it. For one reader. */
final class Checksum {

    private final @Nullable String expected;
    private final MessageDigest digest = Md5.digest();
    private final @Nullable MessageDigest digests;
    private final Queue<Run> runs = new ArrayDeque<>();
    private int segmentsOfRun;
    private long leftOfSegment;

    private Checksum(@Nullable String expected, @Nullable MessageDigest digests) {
        this.expected = expected;
        this.digests = digests;
    }

    /** Returns one that knows nothing. */
    static Checksum none() {
        return new Checksum(null, null);
    }

    /** Returns that of a plain object. */
    static Checksum of(String md5) {
        return new Checksum(md5, null);
    }

    /** Returns that of a large object. */
    static Checksum of(SegmentLayout layout) {
        Checksum checksum = new Checksum(layout.md5(), Md5.digest());
        checksum.runs.addAll(layout.runs());
        return checksum;
    }

    /** Takes what comes next. */
    void update(byte[] bytes, int offset, int length) {
        int from = offset;
        int left = length;
        while (digests != null && left > 0 && nextSegment()) {
            int n = (int) Math.min(left, leftOfSegment);
            digest.update(bytes, from, n);
            from += n;
            left -= n;
            leftOfSegment -= n;
            if (leftOfSegment == 0) {
                endSegment(digests);
            }
        }
        digest.update(bytes, from, left);
    }

    /** Makes sure that there is room in a segment; when all have ended, what comes is none's, and the digest will not agree. */
    private boolean nextSegment() {
        while (leftOfSegment == 0 && !runs.isEmpty()) {
            Run run = runs.element();
            if (segmentsOfRun < run.count()) {
                segmentsOfRun++;
                leftOfSegment = run.sizeBytes();
            } else {
                runs.remove();
                segmentsOfRun = 0;
            }
        }
        return leftOfSegment > 0;
    }

    private void endSegment(MessageDigest all) {
        all.update(Md5.hex(digest).getBytes(StandardCharsets.US_ASCII));
    }

    /** Tells, once, at the end, whether the content is what it should be. */
    boolean agrees() {
        if (expected == null) {
            return true;
        }
        if (digests == null) {
            return expected.equalsIgnoreCase(Md5.hex(digest));
        }
        if (leftOfSegment > 0) {
            endSegment(digests);
        }
        return expected.equals(Md5.hex(digests));
    }
}
