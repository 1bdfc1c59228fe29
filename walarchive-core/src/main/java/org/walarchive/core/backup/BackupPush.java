package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupResult;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.Progress;
import org.walarchive.core.codec.CompressionWorkers;
import org.walarchive.core.identity.ClusterIdentity;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.server.WalDirectory;
import org.walarchive.core.spool.ArchiveAddress;
import org.walarchive.core.spool.BegunArchive;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.ObjectWriter;
import org.walarchive.core.store.RateLimiter;
import org.walarchive.core.store.WorkPool;
import org.walarchive.core.tar.DataDirectoryScan;
import org.walarchive.core.tar.Partition;
import org.walarchive.core.tar.PartitionPlan;
import org.walarchive.core.tar.ReadPace;
import org.walarchive.core.tar.Tablespace;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;

/**
 * Takes a base backup. The order is what makes it safe: claim the name, begin on the server, partitions in parallel,
 * {@code pg_control} read last, end on the server, last partition, wait for the WAL, sentinel.
 */
public final class BackupPush {

    private static final Logger LOG = LoggerFactory.getLogger(BackupPush.class);

    private final ArchiveStore archive;
    private final Function<BackupPushRequest, ReadPace> pace;
    private final InstantSource clock;

    /** Makes the use case for an archive. */
    public BackupPush(ArchiveStore archive) {
        this(archive, InstantSource.system());
    }

    /**
     * Makes the use case for an archive.
     *
     * @param clock what the times are recorded by
     */
    public BackupPush(ArchiveStore archive, InstantSource clock) {
        this(archive, BackupPush::pace, clock);
    }

    /**
     * Makes the use case for an archive.
     *
     * @param readRate what holds instead of the request's limit on reads, in bytes per second; empty for none
     */
    public BackupPush(ArchiveStore archive, Supplier<OptionalLong> readRate) {
        this(archive, request -> new LimitedPace(new RateLimiter(readRate)), InstantSource.system());
    }

    private BackupPush(ArchiveStore archive, Function<BackupPushRequest, ReadPace> pace, InstantSource clock) {
        this.archive = archive;
        this.pace = pace;
        this.clock = clock;
    }

    /** See {@link org.walarchive.BackupService#push}. */
    public BackupResult push(BackupPushRequest request) throws ArchiveException, InterruptedException {
        ObjectWriter writer = archive.writer();
        Path data = DataDirectory.require(request.dataDirectory());
        try (BackupSession session = open(request, data)) {
            try {
                return push(request, data, session, writer);
            } finally {
                // The session has to be ended in order, however late it is.
                archive.deadline().lift();
            }
        }
    }

    private BegunArchive begunArchive(Path data) {
        Optional<String> address = ArchiveAddress.of(archive.config());
        return WalDirectory.in(data)
                .map(wal -> BegunArchive.beside(wal, address))
                .orElseGet(BegunArchive::forgetful);
    }

    private BackupResult push(BackupPushRequest request, Path data, BackupSession session, ObjectWriter writer)
            throws ArchiveException, InterruptedException {
        long begun = System.nanoTime();
        new ClusterIdentity(archive).require(session.systemIdentifier(), begunArchive(data));
        if (writer.encryptor().isEmpty()) {
            PlainBackup.warn(archive);
        }
        Instant started = clock.instant();
        BackupSession.Start start = session.begin();
        BackupName name = BackupName.startingAt(
                WalSegmentName.containing(start.timeline(), start.lsn(), start.segmentSize()),
                start.lsn(),
                start.segmentSize());
        LOG.atDebug()
                .addKeyValue("action", "backup-push")
                .addKeyValue("state", "begin")
                .log("base backup {}", name);
        archive.tell(new ArchiveEvent.BackupStarted(name, start.lsn(), archive.locate(ArchiveLayout.backup(name))));
        BackupClaim claim = claim(name, start, request.mode());
        BackupResult result = store(request, data, session, writer, start, name, claim, started);
        archive.tell(new ArchiveEvent.BackupCompleted(result, Duration.ofNanos(System.nanoTime() - begun)));
        LOG.atDebug()
                .addKeyValue("action", "backup-push")
                .addKeyValue("state", "complete")
                .log("base backup {}", name);
        return result;
    }

    private BackupSession open(BackupPushRequest request, Path data) throws ArchiveException, InterruptedException {
        return switch (request.mode()) {
            case ONLINE -> RunningServer.open(request, data);
            case OFFLINE -> StoppedServer.open(data);
        };
    }

    private BackupClaim claim(BackupName name, BackupSession.Start start, BackupPushRequest.Mode mode)
            throws ArchiveException, InterruptedException {
        try {
            // What has a sentinel is no leftover, whatever a list says.
            if (!archive.list(ArchiveLayout.sentinel(name), ListDepth.IMMEDIATE).isEmpty()
                    || archive.isThere(ArchiveLayout.sentinel(name))) {
                throw new ConflictException(
                        "backup " + name + " exists already",
                        "A backup that starts at " + start.lsn() + " is in "
                                + archive.config().location() + ".",
                        mode == BackupPushRequest.Mode.OFFLINE
                                ? "The stopped server has not changed since; that backup holds the same."
                                : "Take the next one when the server has made another checkpoint.");
            }
            if (mode == BackupPushRequest.Mode.OFFLINE) {
                removeLeftovers(name);
            }
            BackupClaim claim = new BackupClaim(archive, name, start.versionText());
            if (!claim.take()) {
                throw new ConflictException(
                        "backup " + name + " was begun before",
                        "Another backup that starts at " + start.lsn() + " is running, or was broken off.",
                        "Take the next one when the server has made another checkpoint.");
            }
            return claim;
        } catch (StoreException e) {
            throw ArchiveStore.failure("beginning of backup " + name, e);
        } catch (IOException e) {
            throw new IllegalStateException("a source in memory failed", e);
        }
    }

    private BackupResult store(
            BackupPushRequest request,
            Path data,
            BackupSession session,
            ObjectWriter writer,
            BackupSession.Start start,
            BackupName name,
            BackupClaim claim,
            Instant started)
            throws ArchiveException, InterruptedException {
        boolean complete = false;
        ProgressMeter meter = new ProgressMeter(request.progress());
        SizeEstimate estimate = new SizeEstimate(data, request.configurationFiles(), meter);
        try {
            meter.begin(Progress.Phase.SEND);
            estimate.begin();
            DataDirectoryScan scan = DataDirectoryScan.of(
                    data,
                    request.configurationFiles(),
                    (path, treatment) -> archive.tell(new ArchiveEvent.FileTreated(path, treatment)));
            Uploaded uploaded = upload(session, scan, writer, pace.apply(request), name, meter);
            awaitWal(request, start, uploaded.stop(), name, meter);
            BackupRecord record = new BackupRecord(
                    session.systemIdentifier(),
                    start.serverVersion(),
                    start.timeline(),
                    start.lsn(),
                    uploaded.stop().lsn(),
                    start.segmentSize().bytes(),
                    start.source(),
                    started,
                    clock.instant(),
                    uploaded.partitions());
            Sentinel sentinel = sentinel(data, scan.tablespaces(), start, uploaded, record);
            requireStored(name, claim, sentinel);
            putSentinel(name, sentinel);
            complete = true;
            archive.deadline().lift();
            return new BackupResult(
                    name,
                    start.timeline(),
                    start.lsn(),
                    uploaded.stop().lsn(),
                    uploaded.partitions().size(),
                    uploaded.expandedBytes(),
                    uploaded.partitions().stream()
                            .mapToLong(BackupRecord.Partition::storedBytes)
                            .sum());
        } finally {
            estimate.end();
            if (!complete) {
                cleanUp(name, claim);
            }
        }
    }

    /** What is declared complete is there: another backup of the same stopped server takes its predecessor's for leftovers. */
    private void requireStored(BackupName name, BackupClaim claim, Sentinel sentinel)
            throws ArchiveException, InterruptedException {
        String detail;
        try {
            if (archive.retry().call("read of the claim of " + name, claim::isHeld)) {
                PartitionSet.find(archive, name, sentinel);
                return;
            }
            detail = "Its name was taken over by another backup.";
        } catch (CorruptArchiveException e) {
            detail = e.detail().orElse(e.getMessage());
        } catch (StoreException e) {
            throw ArchiveStore.failure("check of backup " + name, e);
        } catch (IOException e) {
            throw new IllegalStateException("a read that fails otherwise than the store", e);
        }
        throw new ConflictException(
                "backup " + name + " was changed in the archive while it was taken",
                detail,
                "Does another backup of the same stopped server run? Take one at a time.");
    }

    private static ReadPace pace(BackupPushRequest request) {
        return request.readRateLimit()
                .<ReadPace>map(limit -> new LimitedPace(new RateLimiter(limit::bytesPerSecond)))
                .orElse(ReadPace.UNLIMITED);
    }

    /** All partitions and how the backup ended. */
    private record Uploaded(List<BackupRecord.Partition> partitions, long expandedBytes, BackupSession.Stop stop) {}

    private Uploaded upload(
            BackupSession session,
            DataDirectoryScan scan,
            ObjectWriter writer,
            ReadPace pace,
            BackupName name,
            ProgressMeter meter)
            throws ArchiveException, InterruptedException {
        long expanded = 0;
        long members = 0;
        int next = 0;
        try (CompressionWorkers workers =
                        new CompressionWorkers(Runtime.getRuntime().availableProcessors());
                WorkPool<BackupRecord.Partition> pool =
                        new WorkPool<>(archive.config().poolSize(), "walarchive-upload")) {
            PartitionUpload upload = new PartitionUpload(archive, writer, workers, pace, name, meter);
            PartitionPlan plan = PartitionPlan.of(scan, archive.config().partitionSizeBytes());
            for (Optional<Partition> planned = plan.next(); planned.isPresent(); planned = plan.next()) {
                Partition partition = planned.get();
                session.check();
                pool.submit(() -> upload.upload(partition));
                expanded += partition.plannedBytes();
                members += partition.members().size();
                next = partition.number() + 1;
            }
            pool.await();
            BackupSession.Stop stop = session.end();
            Partition last = Partition.of(next, stop.members());
            expanded += last.plannedBytes();
            meter.settle(expanded, members + last.members().size());
            pool.submit(() -> upload.upload(last));
            List<BackupRecord.Partition> partitions = new ArrayList<>(pool.await());
            meter.end();
            partitions.sort(Comparator.comparingInt(BackupRecord.Partition::number));
            return new Uploaded(partitions, expanded, stop);
        } catch (ExecutionException e) {
            throw Failures.ofWork("upload of backup " + name, e.getCause());
        } catch (IOException e) {
            throw Failures.ofWork("upload of backup " + name, e);
        }
    }

    private void awaitWal(
            BackupPushRequest request,
            BackupSession.Start start,
            BackupSession.Stop stop,
            BackupName name,
            ProgressMeter meter)
            throws ArchiveException, InterruptedException {
        Optional<Duration> deadline = request.walWait();
        if (stop.archiverState().isEmpty()) {
            return;
        }
        if (deadline.isEmpty()) {
            LOG.warn("backup {} is declared complete without waiting for its WAL", name);
            return;
        }
        new WalWait(archive, meter)
                .await(
                        name,
                        name.segment(),
                        WalSegmentName.endingAt(start.timeline(), stop.lsn(), start.segmentSize()),
                        start.segmentSize(),
                        deadline.get(),
                        stop.archiverState().get());
    }

    private static Sentinel sentinel(
            Path data,
            List<Tablespace> tablespaces,
            BackupSession.Start start,
            Uploaded uploaded,
            BackupRecord record) {
        WalSegmentName stopSegment =
                WalSegmentName.endingAt(start.timeline(), uploaded.stop().lsn(), start.segmentSize());
        return new Sentinel(
                Optional.of(stopSegment.toString()),
                Optional.of(BackupName.offsetText(uploaded.stop().lsn(), start.segmentSize())),
                OptionalLong.of(uploaded.expandedBytes()),
                Optional.of(withSlash(data.toString())),
                tablespaces.stream()
                        .map(t -> new Sentinel.Tablespace(t.oid(), withSlash(t.location()), "pg_tblspc/" + t.oid()))
                        .toList(),
                Optional.of(record));
    }

    private static String withSlash(String path) {
        return path.endsWith("/") ? path : path + "/";
    }

    private void putSentinel(BackupName name, Sentinel sentinel) throws ArchiveException, InterruptedException {
        byte[] json = SentinelJson.write(sentinel);
        String key = ArchiveLayout.sentinel(name);
        try {
            PutResult result = archive.store().put(key, BlobSource.of(json), PutMode.IF_ABSENT);
            if (result == PutResult.ALREADY_PRESENT
                    && !Arrays.equals(json, archive.read(key, SentinelJson.MAX_LENGTH_BYTES))) {
                throw new ConflictException(
                        "backup " + name + " got a sentinel while it was taken", archive.locate(key), null);
            }
        } catch (StoreException e) {
            throw ArchiveStore.failure("put of the sentinel of " + name, e);
        } catch (IOException e) {
            throw new IllegalStateException("a source in memory failed", e);
        }
    }

    private void removeLeftovers(BackupName name) throws StoreException {
        List<String> keys = archive.list(ArchiveLayout.backup(name), ListDepth.ALL).stream()
                .map(BlobInfo::key)
                .toList();
        if (!keys.isEmpty()) {
            LOG.info("{} objects of an earlier attempt at backup {} are deleted", keys.size(), name);
            archive.store().delete(keys);
        }
    }

    /**
     * Deletes what a failed backup uploaded, once, as far as the store allows; nothing if its name is somebody else's by
     * now. The sentinel's outcome may be unknown when its put failed, so it goes first: a backup is never offered whose
     * partitions are gone.
     */
    private void cleanUp(BackupName name, BackupClaim claim) {
        archive.deadline().lift();
        boolean interrupted = Thread.interrupted();
        try {
            if (!claim.isHeld()) {
                LOG.warn("backup {} was taken over by another one; nothing is deleted", name);
                return;
            }
            archive.direct().delete(List.of(ArchiveLayout.sentinel(name)));
            removeLeftovers(name);
        } catch (StoreException e) {
            LOG.warn(
                    "objects of the failed backup {} are left in {}; without a sentinel they are no backup: {}",
                    name,
                    archive.config().location(),
                    e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
