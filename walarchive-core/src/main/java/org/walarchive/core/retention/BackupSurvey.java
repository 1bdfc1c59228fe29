package org.walarchive.core.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.DeletionPlan.BackupDecision.State;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.inventory.WalGMetadata;
import org.walarchive.core.retention.KnownBackup.Position;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.WalGRecord;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobInfo;

/** Reads the sentinels, and finds out which backups can be restored. */
final class BackupSurvey {

    private final ArchiveStore archive;
    private final Inventory inventory;

    BackupSurvey(ArchiveStore archive, Inventory inventory) {
        this.archive = archive;
        this.inventory = inventory;
    }

    List<KnownBackup> read() throws ArchiveException, InterruptedException {
        List<KnownBackup> known = new ArrayList<>();
        for (BackupObjects objects : inventory.backups()) {
            known.add(objects.sentinel().isPresent() ? finished(objects) : unfinished(objects));
        }
        return known;
    }

    private static KnownBackup unfinished(BackupObjects objects) {
        Instant newest = Stream.concat(objects.objects(), objects.others().stream())
                .map(BlobInfo::lastModified)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
        Position position = mayBeOffline(objects.name(), Optional.empty()) ? Position.DOUBTFUL : Position.NAMED;
        return known(objects, State.UNFINISHED, "it has no sentinel", newest, position, Optional.empty(), false);
    }

    private KnownBackup finished(BackupObjects objects) throws ArchiveException, InterruptedException {
        Instant put = objects.sentinel().orElseThrow().lastModified();
        Sentinel sentinel;
        try {
            sentinel = Inventory.sentinel(archive, objects.name());
        } catch (CorruptArchiveException e) {
            Position position = mayBeOffline(objects.name(), Optional.empty()) ? Position.DOUBTFUL : Position.NAMED;
            boolean permanent = new WalGMetadata(archive, objects.name()).isPermanent();
            return known(
                    objects, State.BROKEN, String.valueOf(e.getMessage()), put, position, Optional.empty(), permanent);
        }
        Instant time = sentinel.finished().orElse(put);
        boolean permanent = sentinel.walG().isPresent()
                && new WalGMetadata(archive, objects.name())
                        .isPermanent(sentinel.walG().get());
        Position position = sentinel.startLsn().isEmpty() && mayBeOffline(objects.name(), Optional.of(sentinel))
                ? Position.DOUBTFUL
                : Position.NAMED;
        String flaw = flaw(objects, sentinel, position);
        State state = flaw.isEmpty() ? State.RESTORABLE : State.BROKEN;
        return known(objects, state, flaw, time, position, Optional.of(sentinel), permanent);
    }

    private static KnownBackup known(
            BackupObjects objects,
            State state,
            String flaw,
            Instant time,
            Position position,
            Optional<Sentinel> sentinel,
            boolean permanent) {
        WalSegmentName start = objects.name().segment();
        WalSegmentName first =
                position == Position.NAMED ? start : new WalSegmentName(start.timeline(), start.xlogId(), 0);
        Optional<String> deltaFrom = sentinel.flatMap(Sentinel::walG)
                .flatMap(WalGRecord::deltaFrom)
                .or(() -> objects.name().deltaFrom().map(segment -> "base_" + segment));
        return new KnownBackup(
                objects,
                state,
                flaw,
                time,
                first,
                position,
                sentinel.flatMap(Sentinel::systemIdentifier),
                sentinel.flatMap(Sentinel::startLsn),
                deltaFrom,
                permanent,
                state == State.BROKEN && sentinel.isEmpty() && isWalGs(objects.name()));
    }

    /** WAL-E's names, and ours, have an offset. */
    private static boolean isWalGs(BackupName name) {
        return name.offset().isEmpty() || name.deltaFrom().isPresent();
    }

    /** WAL-E's offline backups have the segment's last digits for an offset too, and stop where they start. */
    private static boolean mayBeOffline(BackupName name, Optional<Sentinel> sentinel) {
        boolean looksSo = !name.offset().isEmpty() && name.segment().toString().endsWith(name.offset());
        Optional<String> stop = sentinel.flatMap(Sentinel::stopSegment);
        Optional<String> stopOffset = sentinel.flatMap(Sentinel::stopOffset);
        return looksSo
                && stop.map(name.segment().toString()::equals).orElse(true)
                && stopOffset.map(name.offset()::equals).orElse(true);
    }

    private String flaw(BackupObjects objects, Sentinel sentinel, Position position)
            throws ArchiveException, InterruptedException {
        try {
            PartitionSet.require(archive, objects.name(), sentinel, objects.partitions());
        } catch (CorruptArchiveException e) {
            return sentinel.walG().isPresent()
                    ? e.getMessage() + ". " + e.detail().orElse("")
                    : e.detail().orElse(String.valueOf(e.getMessage()));
        }
        return position == Position.DOUBTFUL
                ? ""
                : missingSegment(objects.name(), sentinel)
                        .map(segment -> "WAL segment " + segment + ", which it needs, is missing")
                        .orElse("");
    }

    private Optional<WalSegmentName> stopOfWalG(WalSegmentName start, Sentinel sentinel) {
        Optional<WalSegmentSize> size = inventory.segmentSize();
        return sentinel.stopLsn()
                .filter(stop -> size.isPresent())
                .map(stop -> WalSegmentName.endingAt(start.timeline(), stop, size.get()));
    }

    private Optional<WalSegmentName> missingSegment(BackupName name, Sentinel sentinel) {
        WalSegmentName start = name.segment();
        WalSegmentName stop = sentinel.stopSegment()
                .filter(WalSegmentName::isValid)
                .map(WalSegmentName::parse)
                .or(() -> stopOfWalG(start, sentinel))
                .filter(segment -> segment.timeline().equals(start.timeline()) && !segment.isBefore(start))
                .orElse(start);
        Optional<WalSegmentSize> size = inventory
                .segmentSize()
                .filter(known ->
                        start.segment() < known.segmentsPerXlogId() && stop.segment() < known.segmentsPerXlogId());
        if (size.isEmpty()) {
            return Stream.of(start, stop)
                    .filter(segment -> !inventory.wal().contains(segment))
                    .findFirst();
        }
        // by number: there is no segment behind the last one
        for (long number = start.number(size.get()); number <= stop.number(size.get()); number++) {
            WalSegmentName segment = WalSegmentName.at(start.timeline(), number, size.get());
            if (!inventory.wal().contains(segment)) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }
}
