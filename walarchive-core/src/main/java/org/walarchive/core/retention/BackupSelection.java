package org.walarchive.core.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan.BackupDecision.State;
import org.walarchive.DeletionReason;
import org.walarchive.RetentionService;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobInfo;

/** Decides about each base backup. */
final class BackupSelection {

    private final Circumstances given;
    private final Lineages lineages;
    private final List<KnownBackup> restorable;
    private final Optional<Horizon> horizon;
    private final Map<KnownBackup, Verdict> verdicts = new LinkedHashMap<>();

    private BackupSelection(Circumstances given, Lineages lineages) {
        this.given = given;
        this.lineages = lineages;
        this.restorable = given.restorable();
        this.horizon = Horizon.of(given.policy(), given.backups(), restorable);
    }

    /** Returns a verdict for every backup, in their order. */
    static Map<KnownBackup, Verdict> of(Circumstances given, Lineages lineages) {
        BackupSelection selection = new BackupSelection(given, lineages);
        selection.decide();
        Map<KnownBackup, Verdict> inOrder = new LinkedHashMap<>();
        given.backups().forEach(backup -> inOrder.put(backup, selection.verdicts.get(backup)));
        return inOrder;
    }

    private void decide() {
        Map<KnownBackup, String> retained = Retained.by(given.policy(), restorable, given.now());
        for (KnownBackup backup : given.backups()) {
            protection(backup).ifPresent(verdict -> verdicts.put(backup, verdict));
        }
        for (KnownBackup backup : restorable) {
            verdicts.computeIfAbsent(backup, key -> restorable(key, retained));
        }
        applyFloor();
        if (!given.isEverything() && !given.overrides().contains(DeletionOverride.BELOW_FLOOR)) {
            reachNewestTimeline();
        }
        for (KnownBackup backup : given.backups()) {
            if (!verdicts.containsKey(backup)) {
                verdicts.put(backup, backup.state() == State.BROKEN ? broken(backup) : unfinished(backup));
            }
        }
        keepOriginals();
    }

    /** What a delta backup that stays holds the changes from stays with it, and what that holds them from. */
    private void keepOriginals() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (KnownBackup delta : given.backups()) {
                if (delta.deltaFrom().isEmpty() || verdicts.get(delta).goes()) {
                    continue;
                }
                for (KnownBackup original : given.backups()) {
                    if (delta.isDeltaOf(original) && verdicts.get(original).goes()) {
                        verdicts.put(
                                original,
                                new Verdict(
                                        DeletionReason.NEEDED,
                                        "backup " + delta.name() + ", which stays, holds the changes from it"));
                        changed = true;
                    }
                }
            }
        }
    }

    private Optional<Verdict> protection(KnownBackup backup) {
        if (given.isEverything() && given.overrides().contains(DeletionOverride.INCLUDING_KEPT)) {
            return Optional.empty();
        }
        if (backup.state() != State.UNFINISHED && given.marks().keeps(backup.name())) {
            return Optional.of(new Verdict(DeletionReason.KEPT, "it has a keep mark"));
        }
        if (backup.permanent()) {
            return Optional.of(new Verdict(DeletionReason.KEPT, "WAL-G marked it as permanent"));
        }
        if (backup.sentinelUnread() && !given.isEverything()) {
            return Optional.of(
                    new Verdict(DeletionReason.BROKEN, "its sentinel cannot be read here; WAL-G may restore it"));
        }
        if (given.foreign().contains(backup)) {
            return Optional.of(new Verdict(
                    DeletionReason.OTHER_CLUSTER,
                    "it is of another cluster, " + backup.cluster().orElseThrow()));
        }
        return Optional.empty();
    }

    private Verdict restorable(KnownBackup backup, Map<KnownBackup, String> retained) {
        if (given.isEverything()) {
            return everything();
        }
        if (retained.containsKey(backup)) {
            return new Verdict(DeletionReason.RETAINED, retained.get(backup));
        }
        return horizon.flatMap(limit -> limit.whyNotBefore(backup))
                .orElseGet(() -> new Verdict(
                        DeletionReason.NOT_RETAINED,
                        horizon.isPresent()
                                ? "it is older than " + horizon.get().name()
                                : "the policy does not retain it"));
    }

    private static Verdict everything() {
        return new Verdict(DeletionReason.EVERYTHING, "the whole archive goes");
    }

    private void applyFloor() {
        long staying = staying().size();
        for (KnownBackup backup :
                restorable.stream().sorted(KnownBackup.BY_TIME.reversed()).toList()) {
            if (staying < given.floor() && verdicts.get(backup).goes()) {
                verdicts.put(
                        backup,
                        new Verdict(
                                DeletionReason.FLOOR,
                                "without it fewer than " + given.floor()
                                        + " backups that can be restored would be left"));
                staying++;
            }
        }
    }

    /** Where a cluster was restored to an earlier moment, the backups that lie after it do not reach what it wrote since. */
    private void reachNewestTimeline() {
        TreeSet<TimelineId> timelines = new TreeSet<>(given.inventory().wal().timelines());
        timelines.addAll(given.inventory().histories().keySet());
        // Where one comes from that nobody knows, recovery cannot go there either.
        timelines.descendingSet().stream()
                .filter(lineages::isKnown)
                .findFirst()
                .filter(newest -> staying().stream().noneMatch(backup -> lineages.reaches(backup, newest)))
                .ifPresent(this::keepForTimeline);
    }

    private void keepForTimeline(TimelineId timeline) {
        restorable.stream()
                .filter(backup -> lineages.reaches(backup, timeline))
                .max(KnownBackup.BY_PLACE)
                .ifPresent(backup -> verdicts.put(
                        backup,
                        new Verdict(
                                DeletionReason.NEWEST_TIMELINE,
                                "the newest timeline, " + timeline + ", is reached from no newer one")));
    }

    private List<KnownBackup> staying() {
        return restorable.stream()
                .filter(backup -> !verdicts.get(backup).goes())
                .toList();
    }

    private Verdict broken(KnownBackup backup) {
        if (given.isEverything()) {
            return everything();
        }
        Optional<String> whyNot = horizon.isPresent()
                ? horizon.get().whyNotBefore(backup).map(Verdict::explanation)
                : whyNotOlder(backup);
        return whyNot.map(why ->
                        new Verdict(DeletionReason.BROKEN, "it cannot be restored (" + backup.flaw() + "), and " + why))
                .orElseGet(() -> new Verdict(
                        DeletionReason.NOT_RETAINED, "it is old, and cannot be restored: " + backup.flaw()));
    }

    private Optional<String> whyNotOlder(KnownBackup backup) {
        List<KnownBackup> staying = staying();
        Optional<WalSegmentName> lowest =
                staying.stream().map(KnownBackup::firstNeeded).min(Comparator.naturalOrder());
        Optional<Instant> oldest = staying.stream().map(KnownBackup::time).min(Comparator.naturalOrder());
        if (lowest.isEmpty()) {
            return Optional.of("there is no other that is retained");
        }
        return backup.segment().isBefore(lowest.get()) && backup.time().isBefore(oldest.orElseThrow())
                ? Optional.empty()
                : Optional.of("it is not older than those that are retained");
    }

    private Verdict unfinished(KnownBackup backup) {
        if (given.isEverything() && given.overrides().contains(DeletionOverride.INCLUDING_UNFINISHED)) {
            return everything();
        }
        Optional<Instant> deletion = given.marks().deletionOf(backup.name());
        // WAL-G puts nothing first that tells when a name is taken anew
        Optional<Instant> claimed = backup.objects().version().map(BlobInfo::lastModified);
        if (deletion.isPresent()
                && claimed.map(time -> time.isBefore(deletion.get()))
                        .orElse(backup.time().isBefore(deletion.get()))) {
            return new Verdict(DeletionReason.LEFT_OVER, "its deletion was begun at " + deletion.get());
        }
        if (backup.time().plus(RetentionService.IN_PROGRESS_AGE).isAfter(given.now())) {
            return new Verdict(
                    DeletionReason.IN_PROGRESS, "it may be being taken: its last object was put at " + backup.time());
        }
        if (given.isEverything()) {
            return everything();
        }
        return whyNotAbandoned(backup)
                .orElseGet(() -> new Verdict(
                        DeletionReason.ABANDONED, "it was not finished, and nothing was added since " + backup.time()));
    }

    private Optional<Verdict> whyNotAbandoned(KnownBackup backup) {
        Optional<KnownBackup> newest = given.backups().stream()
                .filter(other -> other.state() != State.UNFINISHED)
                .max(KnownBackup.BY_PLACE);
        if (newest.isEmpty() || !backup.segment().isBefore(newest.get().segment())) {
            return Optional.of(new Verdict(
                    DeletionReason.IN_PROGRESS, "it may be being taken: no finished backup starts after it"));
        }
        List<WalSegmentName> limits = new ArrayList<>();
        horizon.ifPresentOrElse(
                limit -> limits.add(limit.segment()),
                () -> staying().stream().map(KnownBackup::firstNeeded).forEach(limits::add));
        Optional<WalSegmentName> limit = limits.stream().min(Comparator.naturalOrder());
        return limit.isPresent() && backup.segment().isBefore(limit.get())
                ? Optional.empty()
                : Optional.of(new Verdict(
                        DeletionReason.NOT_BEFORE, "it was not finished, and is not older than what is retained"));
    }
}
