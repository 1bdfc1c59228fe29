package org.walarchive.core.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.Progress;
import org.walarchive.core.inventory.Inventory;
import org.walarchive.core.inventory.WalFileObject;
import org.walarchive.core.inventory.WalIndex.SegmentObject;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.WorkPool;
import org.walarchive.core.verify.BackupFacts.StoredPartition;
import org.walarchive.core.verify.ObjectReader.Fault;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.StoreException;
import org.walarchive.verification.VerificationReport;

/** Reads every object, a few at once, and says what is wrong with each. */
final class DeepCheck {

    private static final long TELL_NANOS = Duration.ofSeconds(10).toNanos();
    private static final String ANOTHER_COPY =
            "If it is damaged: is there another copy, in the pg_wal of the server or of a standby? Move the object away and archive it.";

    private final ArchiveStore archive;
    private final Inventory inventory;
    private final WalSegmentSize size;
    /** The archive's cluster; of an archive that does not say, that of the first segment that was read. */
    private final AtomicReference<@Nullable SystemIdentifier> cluster;

    private final Scope scope;
    private final DamagedSegments damaged;
    private final FindingLog findings;
    private final ProgressMeter meter;
    private final ObjectReader reader;
    private final Seams seams;
    private final AtomicBoolean unfollowed = new AtomicBoolean();
    private final Undecrypted undecrypted;
    private final long begun = System.nanoTime();
    private long told = begun;
    private long total;

    DeepCheck(
            ArchiveStore archive,
            Inventory inventory,
            WalSegmentSize size,
            Optional<SystemIdentifier> cluster,
            Scope scope,
            DamagedSegments damaged,
            FindingLog findings,
            ProgressMeter meter) {
        this.archive = archive;
        this.inventory = inventory;
        this.size = size;
        this.cluster = new AtomicReference<>(cluster.orElse(null));
        this.scope = scope;
        this.damaged = damaged;
        this.findings = findings;
        this.meter = meter;
        this.reader = new ObjectReader(archive);
        this.undecrypted = new Undecrypted(archive::hasDecrypted);
        this.seams = new Seams(size, name -> inventory.wal().contains(name) && scope.includes(name));
    }

    /** Work of the pool; what is wrong goes into the findings. */
    @FunctionalInterface
    private interface Work {
        void run(ProgressMeter.Part part) throws ArchiveException, StoreException;
    }

    /** Reads all, and returns the backups with what is known of them now. */
    List<BackupFacts> run(List<BackupFacts> backups) throws ArchiveException, InterruptedException {
        List<BackupFacts> checked = new ArrayList<>();
        total = inventory.wal().count() + inventory.otherWal().size();
        for (BackupFacts backup : backups) {
            total += backup.partitions().size();
        }
        beginProgress(backups);
        try (WorkPool<BackupContent> pool = new WorkPool<>(archive.config().poolSize(), "walarchive-verify")) {
            List<BackupContent> contents = new ArrayList<>();
            for (BackupFacts backup : backups) {
                BackupContent content = new BackupContent(backup, size, findings);
                contents.add(content);
                if (scope.includes(backup)) {
                    submit(pool, backup, content);
                }
            }
            for (WalFileObject file : inventory.otherWal()) {
                submit(pool, file.blob().sizeBytes(), part -> other(file, part));
            }
            for (TimelineId timeline : inventory.wal().timelines()) {
                for (SegmentObject segment : inventory.wal().of(timeline)) {
                    if (isRead(segment)) {
                        submit(pool, segment.sizeBytes(), part -> segment(segment, part));
                    }
                }
            }
            pool.await();
            undecrypted.decide(reader.hasDecrypted());
            contents.forEach(content -> checked.add(content.finish(cluster())));
        } catch (ExecutionException e) {
            throw ObjectReader.failure("verification of the archive", e.getCause());
        }
        if (unfollowed.get()) {
            findings.note(
                    ArchiveLayout.WAL,
                    "the records of some WAL were not followed: it is of a PostgreSQL before 9.5 or after 18",
                    null);
        }
        return checked;
    }

    private boolean isRead(SegmentObject segment) {
        return WalMap.isPossible(segment, size) && segment.sizeBytes() > 0 && scope.includes(segment.name());
    }

    private void beginProgress(List<BackupFacts> backups) {
        long bytes = 0;
        long objects = 0;
        for (BackupFacts backup : backups) {
            if (scope.includes(backup)) {
                for (StoredPartition partition : backup.partitions()) {
                    bytes += partition.blob().sizeBytes();
                    objects++;
                }
            }
        }
        for (WalFileObject file : inventory.otherWal()) {
            bytes += file.blob().sizeBytes();
            objects++;
        }
        for (TimelineId timeline : inventory.wal().timelines()) {
            for (SegmentObject segment : inventory.wal().of(timeline)) {
                if (isRead(segment)) {
                    bytes += segment.sizeBytes();
                    objects++;
                }
            }
        }
        meter.begin(Progress.Phase.VERIFY, OptionalLong.of(bytes), OptionalLong.of(objects));
    }

    /** Returns the archive's cluster, as far as it is known. */
    Optional<SystemIdentifier> cluster() {
        return Optional.ofNullable(cluster.get());
    }

    VerificationReport.Read read() {
        return new VerificationReport.Read(reader.objects(), reader.storedBytes(), reader.expandedBytes());
    }

    /** The last partition first: in ours it has the control file, which says whether pages have checksums. */
    private void submit(WorkPool<BackupContent> pool, BackupFacts backup, BackupContent content)
            throws ExecutionException, InterruptedException {
        List<StoredPartition> partitions = backup.partitions();
        for (int i = partitions.size() - 1; i >= 0; i--) {
            StoredPartition partition = partitions.get(i);
            submit(pool, partition.blob().sizeBytes(), part -> partition(backup, partition, content, part));
        }
        if (backup.objects().version().isPresent() && backup.sentinel().isPresent()) {
            pool.submit(() -> {
                VersionText.check(archive, backup, findings);
                return null;
            });
        }
    }

    private void submit(WorkPool<BackupContent> pool, long sizeBytes, Work work)
            throws ExecutionException, InterruptedException {
        ProgressMeter.Part part = meter.part(sizeBytes, 1);
        pool.submit((Callable<BackupContent>) () -> {
            work.run(part);
            part.done();
            return null;
        });
        long now = System.nanoTime();
        if (now - told > TELL_NANOS) {
            told = now;
            archive.tell(new ArchiveEvent.Verifying(
                    reader.objects(), total, reader.storedBytes(), Duration.ofNanos(now - begun)));
        }
    }

    private void partition(
            BackupFacts backup, StoredPartition partition, BackupContent content, ProgressMeter.Part part)
            throws ArchiveException, StoreException {
        String key = partition.blob().key();
        ObjectReader.Digest digest =
                partition.record().isPresent() ? ObjectReader.Digest.SHA_256 : ObjectReader.Digest.NONE;
        try {
            ObjectReader.Seen<PartitionLook.Content> seen = reader.read(
                    key,
                    partition.extension(),
                    digest,
                    part,
                    plain -> new PartitionLook(content.pages()).read(archive.locate(key), plain, partition.dialect()));
            requireRecorded(backup.objects().name(), partition, seen);
            content.add(partition, seen.result());
        } catch (Fault e) {
            switch (e.kind()) {
                case WRONG -> content.damaged(key, e.text());
                case NOT_DECRYPTED, NO_LIBRARY -> notReadable(backup, partition, content, e);
                case NOT_READ -> content.unread(key, e.text());
            }
        }
    }

    /** What was recorded of a partition tells whether it is what was stored; of others the other objects do. */
    private void notReadable(BackupFacts backup, StoredPartition partition, BackupContent content, Fault e) {
        String key = partition.blob().key();
        Optional<String> difference =
                e.stored().flatMap(stored -> difference(backup.objects().name(), partition, stored));
        if (difference.isPresent()) {
            content.damaged(key, difference.get());
        } else if (partition.record().isPresent()) {
            content.notReadableHere(
                    key,
                    e.text() + "; by its SHA-256 it is what was stored",
                    e.hint().orElse(null));
        } else if (e.kind() == ObjectReader.Kind.NO_LIBRARY) {
            content.notReadableHere(key, e.text(), e.hint().orElse(null));
        } else {
            undecrypted.add(
                    e.recipients(),
                    () -> content.damaged(key, alone(e)),
                    () -> content.notReadableHere(key, e.text(), e.hint().orElse(null)));
        }
    }

    private static String alone(Fault e) {
        return e.text()
                + "; others can be decrypted here, and none is encrypted as it is, so it is damaged, or of another key";
    }

    private static void requireRecorded(
            BackupName backup, StoredPartition partition, ObjectReader.Seen<PartitionLook.Content> seen) throws Fault {
        Optional<String> difference = difference(backup, partition, seen.stored());
        if (difference.isPresent()) {
            throw new Fault(difference.get());
        }
        if (partition.record().isPresent()
                && seen.result().tarBytes() != partition.record().get().expandedBytes()) {
            throw new Fault("its tar archive has " + seen.result().tarBytes() + " bytes, and "
                    + ArchiveLayout.sentinel(backup) + " records "
                    + partition.record().get().expandedBytes());
        }
    }

    private static Optional<String> difference(
            BackupName backup, StoredPartition partition, ObjectReader.Stored stored) {
        return partition
                .record()
                .filter(record -> stored.bytes() != record.storedBytes()
                        || !stored.sha256().equals(record.sha256()))
                .map(record -> "it is not what was stored, or the sentinel is damaged: its SHA-256 is "
                        + stored.sha256() + ", and " + ArchiveLayout.sentinel(backup) + " records " + record.sha256());
    }

    private void segment(SegmentObject segment, ProgressMeter.Part part) throws ArchiveException, StoreException {
        WalSegmentName name = segment.name();
        try {
            SegmentLook look = new SegmentLook(name, size, SegmentLook.Completeness.WHOLE);
            SegmentLook.Result result = look(segment.key(), segment.extension(), look, part);
            if (!result.followed()) {
                unfollowed.set(true);
            }
            Optional<Seams.Misfit> misfit = seams.add(name, result.edges());
            misfit.ifPresent(this::tell);
        } catch (Fault e) {
            seams.add(name, null);
            switch (e.kind()) {
                case WRONG -> damaged(segment, e.text());
                case NOT_DECRYPTED ->
                    undecrypted.add(e.recipients(), () -> damaged(segment, alone(e)), () -> unknown(segment, e));
                case NO_LIBRARY, NOT_READ -> unknown(segment, e);
            }
        }
    }

    private void damaged(SegmentObject segment, String why) {
        damaged.add(segment.name().timeline(), segment.name().number(size));
        findings.error(segment.key(), why, ANOTHER_COPY);
    }

    private void unknown(SegmentObject segment, Fault e) {
        findings.warning(segment.key(), e.text(), e.hint().orElse(null));
    }

    private SegmentLook.Result look(String key, String extension, SegmentLook look, ProgressMeter.Part part)
            throws Fault, ArchiveException, StoreException {
        SegmentLook.Result result = reader.read(key, extension, ObjectReader.Digest.NONE, part, look::read)
                .result();
        if (result.fault().isPresent()) {
            throw new Fault(result.fault().get());
        }
        if (result.cluster().isPresent()) {
            SystemIdentifier found = result.cluster().get();
            cluster.compareAndSet(null, found);
            if (!cluster().equals(result.cluster())) {
                throw new Fault("it is of cluster " + found + ", and the archive of cluster "
                        + cluster().orElseThrow());
            }
        }
        return result;
    }

    private void tell(Seams.Misfit misfit) {
        WalSegmentName name = misfit.after();
        damaged.add(name.timeline(), name.number(size));
        String extension = extensionOf(name);
        findings.error(
                ArchiveLayout.wal(WalFileName.of(name), extension),
                "it does not continue " + misfit.before() + ": " + misfit.fault(),
                "One of the two is of another server, which archived to the same prefix, or was damaged before it was"
                        + " archived.");
    }

    private String extensionOf(WalSegmentName name) {
        for (SegmentObject segment : inventory.wal().of(name.timeline())) {
            if (segment.name().equals(name)) {
                return segment.extension();
            }
        }
        return archive.codec().extension();
    }

    private void other(WalFileObject file, ProgressMeter.Part part) throws ArchiveException, StoreException {
        String key = file.blob().key();
        try {
            Optional<String> fault = switch (file.name().kind()) {
                case PARTIAL -> partial(file, part);
                case BACKUP ->
                    reader.read(
                                    key,
                                    file.extension(),
                                    ObjectReader.Digest.NONE,
                                    part,
                                    plain -> TextLook.fault(file.name(), plain))
                            .result();
                // read and judged with the timelines, as it always is
                case HISTORY, SEGMENT -> Optional.empty();
            };
            fault.ifPresent(text -> findings.warning(key, text, "Recovery does not need it."));
        } catch (Fault e) {
            findings.warning(key, e.text(), e.hint().orElse("Recovery does not need it."));
        }
    }

    private Optional<String> partial(WalFileObject file, ProgressMeter.Part part)
            throws Fault, ArchiveException, StoreException {
        WalSegmentName name = file.name().segment().orElseThrow();
        if (name.segment() >= size.segmentsPerXlogId()) {
            return Optional.of("no segment can have this name where segments have " + size.bytes() + " bytes");
        }
        look(file.blob().key(), file.extension(), new SegmentLook(name, size, SegmentLook.Completeness.PARTIAL), part);
        return Optional.empty();
    }
}
