package org.walarchive.core.verify;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.postgres.Lsn;

/**
 * How a segment begins and ends, to be held against its neighbours. All but small bits of it are gone by then.
 *
 * @param magic which release wrote it
 * @param continued how many bytes of a record that began before it continues with; 0 if it begins with a record
 * @param continuation those bytes; null if they are too many to keep, or go on beyond the segment
 * @param overwrites whether it begins anew in place of a record that a crash cut short
 * @param firstPrevious where the record before its first one begins; empty if no record is whole in it
 * @param lastRecord where its last whole record begins; empty if none is
 * @param unfinished a record that goes on beyond it; null if there is none
 */
record SegmentEdges(
        int magic,
        int continued,
        byte @Nullable [] continuation,
        boolean overwrites,
        Optional<Lsn> firstPrevious,
        Optional<Lsn> lastRecord,
        @Nullable WalRecord unfinished) {

    /** How much of a continued record is kept. */
    static final int MAX_KEPT_BYTES = 1 << 17;

    /**
     * Tells what is wrong where the next segment begins. To be called once: it completes the unfinished record.
     *
     * @param next the next segment's
     */
    Optional<String> fault(SegmentEdges next) {
        if (next.magic != magic) {
            return Optional.of(String.format(
                    "its pages begin with %04X, those of the segment before it with %04X", next.magic, magic));
        }
        if (next.overwrites) {
            return follows(next, lastRecord);
        }
        if (unfinished == null) {
            return next.continued == 0
                    ? follows(next, lastRecord)
                    : Optional.of("it continues a record, and the segment before it ends with a whole one");
        }
        if (next.continued != unfinished.remaining()) {
            return Optional.of("of the record at " + unfinished.start() + " it continues " + next.continued
                    + " bytes, and the segment before it lacks " + unfinished.remaining());
        }
        if (next.continuation != null) {
            unfinished.take(next.continuation, 0, next.continued);
            Optional<String> fault = unfinished.fault(lastRecord);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return follows(next, Optional.of(unfinished.start()));
    }

    /** A server that was reset begins with a record that follows none. */
    private static Optional<String> follows(SegmentEdges next, Optional<Lsn> previous) {
        if (previous.isEmpty()
                || next.firstPrevious.isEmpty()
                || next.firstPrevious.equals(previous)
                || next.firstPrevious.get().value() == 0) {
            return Optional.empty();
        }
        return Optional.of("its first record follows one at " + next.firstPrevious.get()
                + ", and the segment before it ends with one at " + previous.get());
    }
}
