package org.walarchive.core.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.walarchive.BackupName;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionDecision.Kind;
import org.walarchive.DeletionPlan.BackupDecision.State;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionReason;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.WalFileObject;
import org.walarchive.core.inventory.WalIndex;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobInfo;

/** Deletes what no backup needs that stays. Decides about each object when it comes by. */
final class PolicyPlan extends ArchivePlan {

    private static final Verdict HISTORY =
            new Verdict(DeletionReason.HISTORY, "histories of timelines are needed for ever");
    private static final Verdict UNKNOWN = new Verdict(DeletionReason.UNKNOWN, "its name is none that is known here");
    private static final Verdict EVERYTHING = new Verdict(DeletionReason.EVERYTHING, "the whole archive goes");

    private final Circumstances given;
    private final Inventory inventory;
    private final Map<KnownBackup, Verdict> backups;
    private final Map<BackupName, Verdict> byName = new HashMap<>();
    private final WalLimits wal;
    private final boolean nothingStays;
    private final List<String> notes;
    private final Totals totals;

    PolicyPlan(Circumstances given) {
        super(given.policy(), given.overrides());
        this.given = given;
        this.inventory = given.inventory();
        Lineages lineages = new Lineages(inventory);
        this.backups = BackupSelection.of(given, lineages);
        backups.forEach((backup, verdict) -> byName.put(backup.name(), verdict));
        List<KnownBackup> staying =
                backups.keySet().stream().filter(backup -> !goes(backup)).toList();
        this.wal = new WalLimits(given, lineages, staying);
        this.nothingStays = given.isEverything() && staying.isEmpty();
        this.notes = notes(lineages);
        this.totals = sum();
    }

    private boolean goes(KnownBackup backup) {
        return byName.get(backup.name()).goes();
    }

    private List<String> notes(Lineages lineages) {
        List<String> all = new ArrayList<>();
        Set<TimelineId> timelines = new TreeSet<>(inventory.wal().timelines());
        if (inventory.segmentSize().isEmpty() && timelines.size() > 1) {
            all.add("the size of WAL segments is not known, so that every backup is taken to need every timeline");
        }
        timelines.stream()
                .filter(timeline -> !lineages.isKnown(timeline))
                .forEach(timeline -> all.add(Optional.ofNullable(
                                inventory.unreadableHistories().get(timeline))
                        .map(why -> "the history of timeline " + timeline + " cannot be read: " + why.text()
                                + why.here().map(here -> ". " + here.hint()).orElse(""))
                        .orElse("the history of timeline " + timeline + " is missing")));
        if (!given.foreign().isEmpty()) {
            all.add(
                    "there are backups of another cluster, which stay, and WAL from their positions on stays with them");
        }
        return List.copyOf(all);
    }

    @Override
    public List<BackupDecision> backups() {
        return backups.entrySet().stream()
                .map(entry -> new BackupDecision(
                        entry.getKey().name(),
                        entry.getKey().state(),
                        entry.getValue().reason(),
                        entry.getValue().explanation()))
                .toList();
    }

    @Override
    public Totals totals() {
        return totals;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    /** Segments are many, and their keys are not needed for this. */
    private Totals sum() {
        Tally tally = new Tally();
        beforeSegments(tally::add);
        for (TimelineId timeline : inventory.wal().timelines()) {
            inventory.wal().forEach(timeline, segment -> tally.add(wal.of(segment.name()), segment.sizeBytes()));
        }
        afterSegments(tally::add);
        return tally.totals();
    }

    @Override
    public void forEach(Consumer<DeletionDecision> consumer) {
        beforeSegments(consumer);
        for (TimelineId timeline : inventory.wal().timelines()) {
            inventory.wal().forEach(timeline, segment -> consumer.accept(decision(segment)));
        }
        afterSegments(consumer);
    }

    private void beforeSegments(Consumer<DeletionDecision> consumer) {
        backups.forEach((backup, verdict) ->
                backup.objects().sentinel().ifPresent(blob -> consumer.accept(decision(blob, Kind.SENTINEL, verdict))));
        backups.forEach((backup, verdict) -> {
            backup.objects().version().ifPresent(blob -> consumer.accept(decision(blob, Kind.VERSION, verdict)));
            backup.objects()
                    .metadata()
                    .forEach(blob -> consumer.accept(decision(blob, Kind.OTHER_BACKUP_OBJECT, verdict)));
            backup.objects().partitions().forEach(blob -> consumer.accept(decision(blob, Kind.PARTITION, verdict)));
        });
        otherObjects(consumer);
        inventory.otherWal().forEach(file -> consumer.accept(decision(file)));
    }

    private void afterSegments(Consumer<DeletionDecision> consumer) {
        if (nothingStays) {
            given.marks().kept().values().forEach(blob -> consumer.accept(decision(blob, Kind.RECORD, EVERYTHING)));
            given.marks().identity().ifPresent(blob -> consumer.accept(decision(blob, Kind.RECORD, EVERYTHING)));
        }
    }

    private static DeletionDecision decision(BlobInfo blob, Kind kind, Verdict verdict) {
        return new DeletionDecision(blob.key(), blob.sizeBytes(), kind, verdict.reason(), verdict.explanation());
    }

    /** What lies among a backup's partitions goes with them, as in WAL-E; all else that is not known stays. */
    private void otherObjects(Consumer<DeletionDecision> consumer) {
        for (BlobInfo blob : inventory.unknown()) {
            boolean ofBackup = blob.key().startsWith(ArchiveLayout.BASE_BACKUPS);
            Kind kind = ofBackup ? Kind.OTHER_BACKUP_OBJECT : Kind.OTHER_WAL_OBJECT;
            Optional<BackupName> among = ArchiveLayout.parseBackup(blob.key())
                    .filter(name -> blob.key().startsWith(ArchiveLayout.partitions(name)))
                    .filter(name -> byName.get(name).goes());
            if (nothingStays) {
                consumer.accept(decision(blob, kind, EVERYTHING));
            } else if (among.isPresent()) {
                consumer.accept(decision(blob, Kind.PARTITION, byName.get(among.get())));
            } else {
                consumer.accept(decision(blob, kind, UNKNOWN));
            }
        }
    }

    private DeletionDecision decision(WalFileObject file) {
        if (file.name().kind() == WalFileName.Kind.HISTORY) {
            return decision(file.blob(), Kind.TIMELINE_HISTORY, nothingStays ? EVERYTHING : HISTORY);
        }
        Kind kind = file.name().kind() == WalFileName.Kind.PARTIAL ? Kind.PARTIAL : Kind.BACKUP_HISTORY;
        return decision(file.blob(), kind, wal.of(file.name().segment().orElseThrow()));
    }

    private DeletionDecision decision(WalIndex.SegmentObject segment) {
        Verdict verdict = wal.of(segment.name());
        return new DeletionDecision(
                segment.key(), segment.sizeBytes(), Kind.SEGMENT, verdict.reason(), verdict.explanation());
    }

    @Override
    List<BackupName> goingBackups() {
        return backups.keySet().stream()
                .filter(this::goes)
                .map(KnownBackup::name)
                .toList();
    }

    @Override
    List<BackupName> leftOver() {
        return backups.entrySet().stream()
                .filter(entry -> entry.getValue().reason() == DeletionReason.LEFT_OVER)
                .map(entry -> entry.getKey().name())
                .toList();
    }

    @Override
    Set<String> kept() {
        return given.marks().kept().keySet();
    }

    @Override
    List<BackupName> staleDeletions() {
        return given.marks().deleting().stream()
                .map(BackupName::parse)
                .filter(name -> !byName.containsKey(name))
                .toList();
    }

    @Override
    Optional<Instant> agesAt() {
        boolean decided = policy() instanceof DeletionPolicy.RetainFor
                || backups.entrySet().stream()
                        .anyMatch(entry -> entry.getKey().state() == State.UNFINISHED
                                && entry.getValue().reason() == DeletionReason.ABANDONED);
        return decided ? Optional.of(given.now()) : Optional.empty();
    }

    @Override
    Predicate<DeletionDecision> deletes() {
        Set<String> keys = new HashSet<>();
        backups.forEach((backup, verdict) -> {
            if (verdict.goes()) {
                backup.objects().objects().forEach(blob -> keys.add(blob.key()));
            }
        });
        Consumer<DeletionDecision> add = decision -> {
            if (decision.goes()) {
                keys.add(decision.key());
            }
        };
        otherObjects(add);
        inventory.otherWal().forEach(file -> add.accept(decision(file)));
        if (nothingStays) {
            given.marks().kept().values().forEach(blob -> keys.add(blob.key()));
            given.marks().identity().ifPresent(blob -> keys.add(blob.key()));
        }
        return decision -> decision.kind() == Kind.SEGMENT ? deletesSegment(decision) : keys.contains(decision.key());
    }

    private boolean deletesSegment(DeletionDecision decision) {
        WalSegmentName segment = ArchiveLayout.parseWal(decision.key())
                .flatMap(object -> object.name().segment())
                .orElseThrow();
        return inventory.wal().contains(segment) && wal.of(segment).goes();
    }
}
