package org.walarchive.core.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.walarchive.BackupName;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.sentinel.WalGRecord;
import org.walarchive.core.verify.BackupFacts.Extent;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** Holds what a sentinel says against the backup's name, against the archive, and against itself: much is there twice. */
final class SentinelCheck {

    private final BackupName name;
    private final Sentinel sentinel;
    private final WalSegmentSize size;
    private final List<String> faults = new ArrayList<>();
    private Optional<Extent> extent = Optional.empty();

    SentinelCheck(BackupName name, Sentinel sentinel, WalSegmentSize size) {
        this.name = name;
        this.sentinel = sentinel;
        this.size = size;
        try {
            if (sentinel.record().isPresent()) {
                ours(sentinel.record().get());
            } else if (sentinel.walG().isPresent()) {
                walG(sentinel.walG().get());
            } else {
                extent = Optional.of(walE());
            }
        } catch (IllegalArgumentException e) {
            faults.add(String.valueOf(e.getMessage()));
        }
    }

    /** Returns what does not agree: phrases. */
    List<String> faults() {
        return faults;
    }

    /** Returns which WAL the backup needs. */
    Optional<Extent> extent() {
        return extent;
    }

    private void ours(BackupRecord record) {
        if (record.walSegmentSizeBytes() != size.bytes()) {
            fault("it says WAL segments have " + record.walSegmentSizeBytes() + " bytes, and the archive's have "
                    + size.bytes());
            return;
        }
        WalSegmentName first = WalSegmentName.containing(record.timeline(), record.startLsn(), size);
        WalSegmentName last = WalSegmentName.endingAt(record.timeline(), record.stopLsn(), size);
        if (record.stopLsn().compareTo(record.startLsn()) < 0) {
            fault("the backup stops at " + record.stopLsn() + ", before its start at " + record.startLsn());
            return;
        }
        extent = Optional.of(new Extent(
                record.timeline(), record.startLsn(), record.stopLsn(), first.number(size), last.number(size)));
        BackupName expected = BackupName.startingAt(first, record.startLsn(), size);
        if (!expected.equals(name)) {
            fault("it is that of a backup " + expected);
        }
        require("wal_segment_backup_stop", sentinel.stopSegment(), last.toString());
        require("wal_segment_offset_backup_stop", sentinel.stopOffset(), BackupName.offsetText(record.stopLsn(), size));
        if (record.finished().isBefore(record.started())) {
            fault("the backup finished at " + record.finished() + ", before it started at " + record.started());
        }
        if (sentinel.expandedSizeBytes().isEmpty()) {
            fault("it has no expanded_size_bytes");
        }
    }

    /** The name has the segment, and the sentinel the positions. */
    private void walG(WalGRecord record) {
        Lsn stop = record.stopLsn().orElse(record.startLsn());
        WalSegmentName first = WalSegmentName.containing(name.segment().timeline(), record.startLsn(), size);
        if (stop.compareTo(record.startLsn()) < 0) {
            fault("the backup stops at " + stop + ", before its start at " + record.startLsn());
            return;
        }
        WalSegmentName last = WalSegmentName.endingAt(first.timeline(), stop, size);
        extent = Optional.of(
                new Extent(first.timeline(), record.startLsn(), stop, first.number(size), last.number(size)));
        if (!first.equals(name.segment())) {
            fault("it is that of a backup that starts in " + first);
        }
    }

    private void require(String field, Optional<String> found, String expected) {
        if (!found.equals(Optional.of(expected))) {
            fault(field + " is " + found.orElse("not there") + ", and by the recorded position " + expected);
        }
    }

    /** WAL-E records the stop only, as a segment and a decimal offset; the start is in the name. */
    private Extent walE() {
        WalSegmentName first = name.segment();
        Lsn start = position(first, name.offset());
        WalSegmentName last = sentinel.stopSegment().map(WalSegmentName::parse).orElse(first);
        // a stop on a boundary is noted as offset 0 of the segment that ends there
        Lsn stop = sentinel.stopOffset()
                .map(text -> text.equals("00000000") ? last.startLsn(size).plus(size.bytes()) : position(last, text))
                .orElse(start);
        if (!last.timeline().equals(first.timeline())) {
            throw new IllegalArgumentException("the backup starts in " + first + " and stops in " + last);
        }
        if (stop.compareTo(start) < 0) {
            throw new IllegalArgumentException("the backup stops at " + stop + ", before its start at " + start);
        }
        return new Extent(first.timeline(), start, stop, first.number(size), last.number(size));
    }

    /** The name of an offline backup of WAL-E's has a hexadecimal offset that means nothing: the segment's start must do. */
    private Lsn position(WalSegmentName segment, String offset) {
        Lsn begin = segment.startLsn(size);
        return offset.matches("[0-9]{8}") && Long.parseLong(offset) < size.bytes()
                ? begin.plus(Long.parseLong(offset))
                : begin;
    }

    private void fault(String text) {
        faults.add(text);
    }

    /** Tells whether the bytes are those that this version writes for what they say; a fault in a field's name shows there. */
    static boolean isVerbatim(byte[] bytes, Sentinel sentinel) {
        return Arrays.equals(bytes, SentinelJson.write(sentinel));
    }
}
