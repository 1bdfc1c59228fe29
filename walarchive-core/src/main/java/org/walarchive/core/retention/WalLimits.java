package org.walarchive.core.retention;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.walarchive.DeletionReason;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;

/**
 * From where on each timeline's WAL stays. Every recovery from a backup reads WAL from the backup's start on only, on the
 * timelines of one ancestry; so what lies before the starts of all backups that {@linkplain Lineages#mayNeed may need} a
 * timeline can go from it.
 */
final class WalLimits {

    private static final Comparator<KnownBackup> LOWEST = Comparator.comparing(KnownBackup::firstNeeded);

    private final Circumstances given;
    private final Lineages lineages;
    private final List<KnownBackup> staying;
    private final Optional<Horizon> horizon;
    private final Map<TimelineId, Limit> limits = new TreeMap<>();

    WalLimits(Circumstances given, Lineages lineages, List<KnownBackup> staying) {
        this.given = given;
        this.lineages = lineages;
        this.staying = staying;
        this.horizon = Horizon.of(given.policy(), given.backups(), given.restorable());
    }

    /**
     * Where a timeline's WAL is cut.
     *
     * @param end what lies before it goes; empty if all stays
     * @param goes why it goes
     * @param needed what lies from here on stays for {@code stays}, what lies before for {@code between}
     */
    private record Limit(
            Optional<WalSegmentName> end,
            Verdict goes,
            Optional<WalSegmentName> needed,
            Verdict between,
            Verdict stays) {

        Verdict of(WalSegmentName segment) {
            if (end.isPresent() && segment.isBefore(end.get())) {
                return goes;
            }
            return needed.isPresent() && segment.isBefore(needed.get()) ? between : stays;
        }
    }

    /** Decides about a segment, or what belongs to one. */
    Verdict of(WalSegmentName segment) {
        return limits.computeIfAbsent(segment.timeline(), this::limit).of(segment);
    }

    private Limit limit(TimelineId timeline) {
        if (staying.isEmpty()) {
            return withoutBackups();
        }
        if (!lineages.isKnown(timeline)
                && staying.stream().noneMatch(backup -> backup.timeline().equals(timeline))) {
            return all(new Verdict(
                    DeletionReason.HISTORY_MISSING,
                    "the history of timeline " + timeline + " is missing, so that nobody knows what needs it"));
        }
        Optional<KnownBackup> needing = staying.stream()
                .filter(backup -> given.foreign().contains(backup) || lineages.mayNeed(backup, timeline))
                .min(LOWEST);
        KnownBackup oldest =
                needing.orElseGet(() -> staying.stream().min(LOWEST).orElseThrow());
        Verdict stays = needing.isPresent()
                ? new Verdict(DeletionReason.NEEDED, "backup " + oldest.name() + ", which stays, may need it")
                : new Verdict(
                        DeletionReason.UNREACHED,
                        "no backup that stays reaches timeline " + timeline + ", but it lies after the start of "
                                + oldest.name());
        Verdict goes = new Verdict(
                DeletionReason.NOT_NEEDED,
                "every backup that stays and may need timeline " + timeline + " starts at " + oldest.firstNeeded()
                        + " or later");
        return limit(goes, Optional.of(oldest.firstNeeded()), stays);
    }

    /** Without a backup that stays, WAL goes only where the policy says up to where. */
    private Limit withoutBackups() {
        if (given.isEverything()) {
            Verdict all = new Verdict(DeletionReason.EVERYTHING, "the whole archive goes");
            return all(all);
        }
        if (horizon.isEmpty()) {
            return all(new Verdict(DeletionReason.NOT_BEFORE, "there is no backup to measure by"));
        }
        Verdict goes = new Verdict(DeletionReason.NOT_NEEDED, "no backup stays that could need it");
        return limit(goes, Optional.empty(), notBefore(horizon.get()));
    }

    private Limit limit(Verdict goes, Optional<WalSegmentName> needed, Verdict stays) {
        if (horizon.isEmpty()) {
            return new Limit(needed, goes, needed, stays, stays);
        }
        WalSegmentName place = horizon.get().segment();
        Optional<WalSegmentName> end =
                Optional.of(needed.filter(start -> start.isBefore(place)).orElse(place));
        return new Limit(end, goes, needed, notBefore(horizon.get()), stays);
    }

    private static Verdict notBefore(Horizon horizon) {
        return new Verdict(DeletionReason.NOT_BEFORE, "it does not lie before " + horizon.name());
    }

    private static Limit all(Verdict verdict) {
        return new Limit(Optional.empty(), verdict, Optional.empty(), verdict, verdict);
    }
}
