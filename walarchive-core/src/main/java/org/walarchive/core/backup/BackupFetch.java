package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.Progress;
import org.walarchive.RestorePlan;
import org.walarchive.RestoreRequest;
import org.walarchive.RestoreResult;
import org.walarchive.StoreAccessException;
import org.walarchive.TablespacePlacement;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.progress.MeteredStream;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.WalGRecord;
import org.walarchive.core.server.WalDirectory;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.CountingStream;
import org.walarchive.core.store.WorkPool;
import org.walarchive.core.tar.RestoreOptions;
import org.walarchive.core.tar.RestoreTree;
import org.walarchive.store.BlobContent;

/**
 * Restores a base backup. All that can be known beforehand is checked before anything is written; {@code pg_control} comes
 * into place last.
 */
public final class BackupFetch {

    private static final Logger LOG = LoggerFactory.getLogger(BackupFetch.class);

    private static final String UNFINISHED =
            "What was restored cannot be started: restore another backup in its place (--replace). walarchive verify --deep"
                    + " tells which are whole.";

    private static final int LONGEST_VERSION_BYTES = 64;
    private static final long CONTENT_TOLERANCE_BYTES = 1L << 30;

    /** What a server that runs has; a backup that was made by hand may have it too. */
    private static final Set<String> OF_A_PROCESS = Set.of("postmaster.pid", "postmaster.opts");

    /** What says that and how a server recovers: {@code standby.signal} would win over what was asked for. */
    private static final Set<String> OF_A_RECOVERY = Set.of("standby.signal", "recovery.signal", "recovery.conf");

    private final ArchiveStore archive;

    /** Makes the use case for an archive. */
    public BackupFetch(ArchiveStore archive) {
        this.archive = archive;
    }

    /** See {@link org.walarchive.BackupService#fetch}. */
    public RestoreResult fetch(RestoreRequest request) throws ArchiveException, InterruptedException {
        long begun = System.nanoTime();
        RestorePlanner planner = new RestorePlanner(archive);
        RestorePlanner.Planned planned = planner.forFetch(request);
        BackupName name = planned.backup().name();
        List<PartitionSet.Entry> partitions = planned.backup().partitions();
        RestoreTarget restoreTarget = require(request, planner, planned);
        if (planned.plan().isPresent()) {
            archive.tell(new ArchiveEvent.RestorePlanned(planned.plan().get()));
        }
        Path target = restoreTarget.path();
        LOG.atDebug()
                .addKeyValue("action", "backup-fetch")
                .addKeyValue("state", "begin")
                .log("restore of {} into {}", name, target);
        restoreTarget.prepare();
        FreeSpace.warnIfSmall(name, planned.backup().sentinel().expandedSizeBytes(), target);
        ProgressMeter meter = new ProgressMeter(request.progress());
        meter.begin(
                Progress.Phase.FETCH,
                OptionalLong.of(partitions.stream()
                        .mapToLong(PartitionSet.Entry::storedBytes)
                        .sum()),
                OptionalLong.of(partitions.size()));
        long bytes = restore(planned.backup(), options(request, planned.backup(), target), target, meter, tree -> {
            tree.adopt(restoreTarget.tablespaces().owned());
            if (RecoverySettings.areNeeded(request)) {
                ServerRelease release = release(planned, target);
                RecoverySettings.requireFit(request, release);
                tellOfBlindRestore(request, planned.backup().sentinel(), release);
                new RecoverySettings(request, release, planned.backup().timeline(), planned.followed()).writeTo(tree);
            }
        });
        meter.end();
        RestoreResult result = new RestoreResult(name, target, partitions.size(), bytes);
        archive.tell(new ArchiveEvent.RestoreCompleted(result, Duration.ofNanos(System.nanoTime() - begun)));
        LOG.atDebug()
                .addKeyValue("action", "backup-fetch")
                .addKeyValue("state", "complete")
                .log("restore of {} into {}", name, target);
        return result;
    }

    /** See {@link org.walarchive.BackupService#plan}. */
    public RestorePlan plan(RestoreRequest request) throws ArchiveException, InterruptedException {
        RestorePlanner planner = new RestorePlanner(archive);
        RestorePlanner.Planned planned = planner.plan(request);
        RestorePlan plan = planned.plan().orElseThrow();
        try {
            require(request, planner, planned);
            return plan;
        } catch (ArchiveException e) {
            if (e instanceof StoreAccessException store && store.retryable()) { // says nothing of the restore
                throw e;
            }
            return plan.refusedFor(e);
        }
    }

    /**
     * Finds what refuses the restore; changes nothing. The key comes first: without it, what is known of the WAL may be wrong. The
     * directory comes last: what the store takes its time for must not lie between the look at it and the first change.
     */
    private RestoreTarget require(RestoreRequest request, RestorePlanner planner, RestorePlanner.Planned planned)
            throws ArchiveException, InterruptedException {
        new FirstBytes(archive, planned.backup().name())
                .require(planned.backup().partitions());
        planner.requireWal(request, planned);
        return RestoreTarget.require(request, planned.backup().sentinel(), planned.release());
    }

    /** What is done between the extraction and the moment from which the server can be started. */
    @FunctionalInterface
    private interface LastStep {
        void with(RestoreTree tree) throws ArchiveException;
    }

    /** Returns the release of the server that was restored, of which the file in the backup tells the major one. */
    private static ServerRelease release(RestorePlanner.Planned planned, Path target) throws CorruptArchiveException {
        String what = "PG_VERSION of backup " + planned.backup().name();
        try {
            ServerRelease restored = ServerRelease.parse(begin(target.resolve("PG_VERSION")))
                    .orElseThrow(() -> new CorruptArchiveException(what + " cannot be understood", null, null));
            return planned.release()
                    .filter(recorded -> recorded.major() == restored.major())
                    .orElse(restored);
        } catch (IOException e) {
            throw new CorruptArchiveException(what + " cannot be read", e.toString(), null, e);
        }
    }

    /** The file may have any length. */
    static String begin(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return new String(stream.readNBytes(LONGEST_VERSION_BYTES), StandardCharsets.US_ASCII);
        }
    }

    private void tellOfBlindRestore(RestoreRequest request, Sentinel sentinel, ServerRelease release) {
        if (request.tablespaces() instanceof TablespacePlacement.Blind
                && !sentinel.tablespaces().isEmpty()
                && !release.hasInPlaceTablespaces()) {
            archive.tell(new ArchiveEvent.FileTreated(
                    "pg_tblspc",
                    "holds tablespaces; if the server refuses to recover, set allow_in_place_tablespaces = on"));
        }
    }

    private RestoreOptions options(RestoreRequest request, BackupCandidate backup, Path target) {
        Set<String> leftOut = new HashSet<>(OF_A_PROCESS);
        if (request.recovery().isPresent()) {
            leftOut.addAll(OF_A_RECOVERY);
        }
        return RestoreOptions.cluster()
                .listener((path, treatment) -> archive.tell(new ArchiveEvent.FileTreated(path, treatment)))
                .leaveOut(leftOut)
                .mostContentBytes(mostContentBytes(backup))
                .rewrite("tablespace_map", map -> TablespaceMap.rewrite(map, target));
    }

    /**
     * The sum that WAL-E records is of the sizes that it planned for, and old releases of WAL-G leave out what they copied; a doubt must
     * not cost a restore.
     */
    private static long mostContentBytes(BackupCandidate backup) {
        boolean copied = backup.partitions().stream()
                .anyMatch(partition -> partition.key().contains("/copy_"));
        long declared =
                copied ? Long.MAX_VALUE : backup.sentinel().expandedSizeBytes().orElse(Long.MAX_VALUE);
        return declared > (Long.MAX_VALUE - CONTENT_TOLERANCE_BYTES) / 2
                ? Long.MAX_VALUE
                : 2 * declared + CONTENT_TOLERANCE_BYTES;
    }

    private long restore(
            BackupCandidate backup, RestoreOptions options, Path target, ProgressMeter meter, LastStep last)
            throws ArchiveException, InterruptedException {
        BackupName name = backup.name();
        String doing = "restore of backup " + name;
        RestoreTree tree = RestoreTree.into(target, options);
        long bytes;
        try (WorkPool<Long> pool = new WorkPool<>(archive.config().poolSize(), "walarchive-fetch")) {
            for (PartitionSet.Entry partition : largestFirst(backup.partitions())) {
                ProgressMeter.Part part = meter.part(partition.storedBytes(), 1);
                pool.submit(() ->
                        archive.retry().call("fetch of " + partition.key(), () -> fetch(name, partition, tree, part)));
            }
            bytes = pool.await().stream().mapToLong(Long::longValue).sum();
        } catch (ExecutionException e) {
            throw failure(doing, e.getCause());
        }
        if (backup.sentinel().walG().isPresent()) {
            requireStartable(tree, name, backup.sentinel().walG().get());
        }
        last.with(tree);
        tree.finish();
        return bytes;
    }

    /**
     * WAL-G backs up running servers only: without the label recovery would begin at the wrong checkpoint. A directory of WAL that is
     * a link it leaves out.
     */
    private static void requireStartable(RestoreTree tree, BackupName name, WalGRecord record) throws ArchiveException {
        if (!tree.hasFile("backup_label")) {
            throw new CorruptArchiveException(
                    "backup " + name + " has no backup_label",
                    "Without it a server would recover from the wrong place.",
                    UNFINISHED);
        }
        tree.ensureDirectory(WalDirectory.name(record.serverVersion()));
    }

    /** So that no large one is left to the end, when the other threads have nothing to do. */
    private static List<PartitionSet.Entry> largestFirst(List<PartitionSet.Entry> partitions) {
        return partitions.stream()
                .sorted(Comparator.comparingLong(BackupFetch::expandedBytes).reversed())
                .toList();
    }

    private static long expandedBytes(PartitionSet.Entry partition) {
        return partition.record().map(BackupRecord.Partition::expandedBytes).orElse(0L);
    }

    private static ArchiveException failure(String doing, Throwable cause) throws InterruptedException {
        if (cause instanceof DamagedPartitionException) {
            return new CorruptArchiveException(doing + " failed", cause.getMessage(), UNFINISHED, cause);
        }
        if (cause instanceof CorruptArchiveException e && e.hint().isEmpty()) {
            return new CorruptArchiveException(
                    String.valueOf(e.getMessage()), e.detail().orElse(null), UNFINISHED, e);
        }
        return Failures.ofWork(doing, cause);
    }

    private long fetch(BackupName name, PartitionSet.Entry partition, RestoreTree tree, ProgressMeter.Part part)
            throws IOException, ArchiveException {
        long begun = System.nanoTime();
        archive.tell(new ArchiveEvent.PartitionFetchStarted(name, partition.number(), archive.locate(partition.key())));
        Decoder codec = Codecs.forExtension(partition.extension()).orElseThrow().forLargeContent();
        MessageDigest digest = PartitionUpload.sha256();
        try (BlobContent content = archive.direct().get(partition.key())) {
            CountingStream stored =
                    new CountingStream(new MeteredStream(new DigestInputStream(content.stream(), digest), part));
            long bytes;
            try (InputStream tar = new ReadAhead(declared(partition, archive.plain(codec, stored)))) {
                bytes = tree.extract(archive.locate(partition.key()), tar, partition.dialect())
                        .contentBytes();
            } catch (DecryptionException | MissingLibraryException e) {
                throw e.of("restore of backup " + name, archive.locate(partition.key()));
            } catch (CorruptStreamException e) {
                throw new DamagedPartitionException(partition.key() + ": " + e.getMessage(), e);
            }
            requireRecorded(partition, stored.count(), digest);
            part.done();
            archive.tell(new ArchiveEvent.PartitionFetched(
                    name, partition.number(), stored.count(), Duration.ofNanos(System.nanoTime() - begun)));
            return bytes;
        }
    }

    private static InputStream declared(PartitionSet.Entry partition, InputStream tar) {
        return partition.record().isEmpty()
                ? tar
                : new DeclaredStream(
                        tar, partition.key(), partition.record().get().expandedBytes());
    }

    /** The decompressor has read the object to its end, so the digest is of all of it. */
    private static void requireRecorded(PartitionSet.Entry partition, long count, MessageDigest digest)
            throws DamagedPartitionException {
        Optional<BackupRecord.Partition> record = partition.record();
        if (record.isEmpty()) {
            return;
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        if (count != record.get().storedBytes() || !sha256.equals(record.get().sha256())) {
            throw new DamagedPartitionException(
                    partition.key() + " is not what was stored: it has " + count + " bytes and SHA-256 " + sha256
                            + "; the sentinel records " + record.get().storedBytes() + " bytes and "
                            + record.get().sha256());
        }
    }
}
