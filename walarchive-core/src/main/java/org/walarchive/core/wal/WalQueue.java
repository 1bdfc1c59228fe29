package org.walarchive.core.wal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.WalQueueLimit;
import org.walarchive.core.spool.ReadyFiles;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * What PostgreSQL waits to have archived, measured against a limit. What was archived ahead counts until PostgreSQL has collected it: it is on the disk. If
 * one file fails for ever, PostgreSQL never gets to those.
 */
final class WalQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WalQueue.class);

    /** A file may have another length than a segment, since it is damaged; so many would be a surprise. */
    private static final int SAMPLES = 16;

    private final ReadyFiles ready;
    private final WalQueueLimit limit;

    WalQueue(Path walDirectory, WalQueueLimit limit) {
        this.ready = new ReadyFiles(walDirectory);
        this.limit = limit;
    }

    WalQueueLimit limit() {
        return limit;
    }

    /**
     * Measures.
     *
     * @param asked which file would be dropped
     * @return how many bytes wait, if they are more than the limit; empty too if they cannot be measured, and if PostgreSQL does not wait for the file,
     *     so that dropping it would free nothing
     */
    OptionalLong excess(WalFileName asked) {
        try {
            if (!ready.contains(asked.text())) {
                return OptionalLong.empty();
            }
            ReadyFiles.Scan segments = ready.scanSegments(SAMPLES);
            OptionalLong size = segments.count() == 0 ? OptionalLong.of(0) : segmentSize(asked, segments.first());
            if (size.isEmpty()) {
                LOG.warn("none of {} files has the size of a segment: nothing is dropped", segments.count());
                return OptionalLong.empty();
            }
            long waiting = segments.count() * size.getAsLong();
            return waiting > limit.bytes() ? OptionalLong.of(waiting) : OptionalLong.empty();
        } catch (IOException e) {
            LOG.warn("what waits to be archived cannot be measured: nothing is dropped: {}", e.toString());
            return OptionalLong.empty();
        }
    }

    private OptionalLong segmentSize(WalFileName asked, List<WalFileName> others) {
        List<WalFileName> names = new ArrayList<>(List.of(asked));
        names.addAll(others);
        for (WalFileName name : names) {
            try {
                return OptionalLong.of(
                        WalSegmentSize.ofBytes(Files.size(ready.path(name))).bytes());
            } catch (IOException | IllegalArgumentException e) {
                LOG.debug("{} does not tell the size of segments: {}", name, e.toString());
            }
        }
        return OptionalLong.empty();
    }
}
