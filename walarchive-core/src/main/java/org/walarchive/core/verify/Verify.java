package org.walarchive.core.verify;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.Progress;
import org.walarchive.RestoreRequest;
import org.walarchive.core.inventory.BackupObjects;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.MeantBackup;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.WorkPool;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.StoreException;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.TimelineReport;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** Finds out what an archive is good for: lists it, reads sentinels and histories, and everything if asked to. */
public final class Verify {

    private static final Set<BackupReport.State> MAY_BE_RESTORED =
            EnumSet.of(BackupReport.State.GOOD, BackupReport.State.NOT_READABLE_HERE);

    private final ArchiveStore archive;
    private final Clock clock;

    /** Makes the use case for an archive. */
    public Verify(ArchiveStore archive) {
        this(archive, Clock.systemUTC());
    }

    /** Makes the use case with a clock that tells a backup that is being taken from one that was given up. */
    public Verify(ArchiveStore archive, Clock clock) {
        this.archive = archive;
        this.clock = clock;
    }

    /** See {@link org.walarchive.verification.VerificationService#verify}. */
    public VerificationReport verify(VerifyRequest request) throws ArchiveException, InterruptedException {
        long begun = System.nanoTime();
        Instant now = clock.instant();
        ProgressMeter meter = new ProgressMeter(request.progress());
        meter.begin(Progress.Phase.LIST);
        Inventory inventory = Inventory.read(archive);
        Optional<BackupName> only = resolve(request, inventory);
        FindingLog findings = new FindingLog();
        WalSegmentSize size = inventory.segmentSize().orElse(WalSegmentSize.DEFAULT);
        BackupReader reader = new BackupReader(archive, size, now, findings);
        List<BackupFacts> backups = read(reader, inventory.backups());
        Optional<SystemIdentifier> recorded = new ClusterCheck(archive, findings).check(backups);
        Scope scope = new Scope(inventory, backups, size, request.timeline(), only);
        NamesCheck.check(inventory, size, findings);
        DamagedSegments damaged = EmptySegments.of(inventory, size, findings);
        VerificationReport.Read read = new VerificationReport.Read(0, 0, 0);
        List<BackupFacts> checked = backups;
        Optional<SystemIdentifier> known = recorded;
        if (request.depth() == VerifyRequest.Depth.DEEP) {
            DeepCheck deep = new DeepCheck(archive, inventory, size, recorded, scope, damaged, findings, meter);
            checked = deep.run(backups);
            read = deep.read();
            known = deep.cluster();
        }
        Timelines timelines = timelines(inventory, size, backups, findings);
        WalMap wal = new WalMap(inventory.wal(), size, damaged);
        Recovery recovery = new Recovery(checked, timelines, wal, size, archiveTimes(), findings);
        requireBackup(recovery, findings);
        new RivalTimelines(inventory, size, findings).check();
        new MixedEncryption(archive, findings).check(inventory.backups());
        meter.end();
        return new VerificationReport(
                archive.config().location().toString(),
                now,
                Duration.ofNanos(System.nanoTime() - begun),
                request,
                known,
                inventory.segmentSize(),
                selectTimelines(recovery.timelines(), request.timeline()),
                selectBackups(recovery.backups(), only, request.timeline()),
                unknown(inventory),
                findings.findings(),
                findings.counts(),
                read);
    }

    private static Timelines timelines(
            Inventory inventory, WalSegmentSize size, List<BackupFacts> backups, FindingLog findings) {
        List<TimelineId> ofBackups = backups.stream()
                .flatMap(backup -> backup.extent().stream())
                .map(BackupFacts.Extent::timeline)
                .toList();
        return new Timelines(inventory, size, ofBackups, findings);
    }

    private static void requireBackup(Recovery recovery, FindingLog findings) {
        if (recovery.backups().stream().map(BackupReport::state).noneMatch(MAY_BE_RESTORED::contains)) {
            findings.error(
                    ArchiveLayout.BASE_BACKUPS,
                    "there is no base backup that can be restored",
                    "Is the prefix right? If so, take a base backup: without one, WAL is of no use.");
        }
    }

    private static Optional<BackupName> resolve(VerifyRequest request, Inventory inventory)
            throws BackupNotFoundException {
        if (request.backup().isEmpty()) {
            return Optional.empty();
        }
        String query = request.backup().get();
        boolean latest = query.equals(RestoreRequest.LATEST);
        return Optional.of(inventory.backups().stream()
                .filter(backup -> latest
                        ? backup.sentinel().isPresent()
                        : backup.name().toString().equals(query))
                .max(Comparator.comparing((BackupObjects backup) ->
                                backup.sentinel().map(BlobInfo::lastModified).orElse(Instant.EPOCH))
                        .thenComparing(backup -> backup.name().toString()))
                .map(BackupObjects::name)
                .orElseThrow(() -> new BackupNotFoundException(
                        "there is no backup \"" + query + "\" to verify",
                        null,
                        MeantBackup.question(query, inventory.backups().stream().map(BackupObjects::name))
                                + "backup-list shows the backups there are.")));
    }

    private List<BackupFacts> read(BackupReader reader, List<BackupObjects> backups)
            throws ArchiveException, InterruptedException {
        try (WorkPool<BackupFacts> pool = new WorkPool<>(archive.config().poolSize(), "walarchive-verify")) {
            for (BackupObjects backup : backups) {
                pool.submit(() -> reader.read(backup));
            }
            List<BackupFacts> facts = new ArrayList<>(pool.await());
            facts.sort(Comparator.comparing(fact -> fact.objects().name().toString()));
            return facts;
        } catch (ExecutionException e) {
            throw ObjectReader.failure("read of the sentinels", e.getCause());
        }
    }

    /** One list for each segment that a window ends with: there are as many as timelines and gaps, whatever the number of backups. */
    private Recovery.ArchiveTimes archiveTimes() {
        Map<WalSegmentName, Optional<Instant>> known = new HashMap<>();
        return segment -> known.computeIfAbsent(segment, this::archivedAt);
    }

    private Optional<Instant> archivedAt(WalSegmentName segment) {
        try {
            return archive.list(ArchiveLayout.WAL + segment, ListDepth.IMMEDIATE).stream()
                    .filter(blob -> ArchiveLayout.parseWal(blob.key())
                            .filter(object -> object.name().text().equals(segment.toString()))
                            .isPresent())
                    .map(BlobInfo::lastModified)
                    .max(Comparator.naturalOrder());
        } catch (StoreException e) {
            // the window is as it is; only its end in time stays unknown
            return Optional.empty();
        }
    }

    private static List<TimelineReport> selectTimelines(List<TimelineReport> all, Optional<TimelineId> only) {
        return all.stream()
                .filter(timeline -> only.isEmpty() || only.get().equals(timeline.timeline()))
                .toList();
    }

    private static List<BackupReport> selectBackups(
            List<BackupReport> all, Optional<BackupName> only, Optional<TimelineId> timeline) {
        return all.stream()
                .filter(backup -> only.isEmpty() || only.get().equals(backup.name()))
                .filter(backup -> timeline.isEmpty()
                        || backup.name().segment().timeline().equals(timeline.get())
                        || backup.windows().stream()
                                .anyMatch(window -> window.timeline().equals(timeline.get())))
                .toList();
    }

    private static VerificationReport.UnknownObjects unknown(Inventory inventory) {
        return new VerificationReport.UnknownObjects(
                inventory.unknown().size(),
                inventory.unknown().stream()
                        .limit(VerificationReport.MAX_FINDINGS)
                        .map(BlobInfo::key)
                        .toList());
    }
}
