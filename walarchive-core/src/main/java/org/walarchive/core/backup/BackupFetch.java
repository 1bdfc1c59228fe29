package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.CorruptArchiveException;
import org.walarchive.RestoreRequest;
import org.walarchive.RestoreResult;
import org.walarchive.core.codec.Codec;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.inventory.PartitionSet;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
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

    private final ArchiveStore archive;

    /** Makes the use case for an archive. */
    public BackupFetch(ArchiveStore archive) {
        this.archive = archive;
    }

    /** See {@link org.walarchive.BackupService#fetch}. */
    public RestoreResult fetch(RestoreRequest request) throws ArchiveException, InterruptedException {
        long begun = System.nanoTime();
        BackupList backups = new BackupList(archive);
        BackupName name = backups.resolve(request.backup()).name();
        Sentinel sentinel = backups.sentinel(name);
        List<PartitionSet.Entry> partitions = PartitionSet.find(archive, name, sentinel);
        Path target = RestoreTarget.require(request.directory(), sentinel.tablespaces());
        LOG.atDebug()
                .addKeyValue("action", "backup-fetch")
                .addKeyValue("state", "begin")
                .log("restore of {} into {}", name, target);
        long bytes = restore(name, partitions, target);
        RestoreResult result = new RestoreResult(name, target, partitions.size(), bytes);
        archive.tell(new ArchiveEvent.RestoreCompleted(result, Duration.ofNanos(System.nanoTime() - begun)));
        LOG.atDebug()
                .addKeyValue("action", "backup-fetch")
                .addKeyValue("state", "complete")
                .log("restore of {} into {}", name, target);
        return result;
    }

    private long restore(BackupName name, List<PartitionSet.Entry> partitions, Path target)
            throws ArchiveException, InterruptedException {
        RestoreOptions options = RestoreOptions.cluster()
                .listener((path, treatment) -> archive.tell(new ArchiveEvent.FileTreated(path, treatment)))
                .rewrite("tablespace_map", map -> TablespaceMap.rewrite(map, target));
        String doing = "restore of backup " + name;
        RestoreTree tree = RestoreTree.into(target, options);
        long bytes;
        try (WorkPool<Long> pool = new WorkPool<>(archive.config().poolSize(), "walarchive-fetch")) {
            for (PartitionSet.Entry partition : partitions) {
                pool.submit(
                        () -> archive.retry().call("fetch of " + partition.key(), () -> fetch(name, partition, tree)));
            }
            bytes = pool.await().stream().mapToLong(Long::longValue).sum();
        } catch (ExecutionException e) {
            throw failure(doing, e.getCause());
        }
        tree.finish();
        return bytes;
    }

    private static ArchiveException failure(String doing, Throwable cause) throws InterruptedException {
        if (cause instanceof DamagedPartitionException) {
            return new CorruptArchiveException(
                    doing + " failed",
                    cause.getMessage(),
                    "What was restored cannot be started; delete it and restore another backup. If the archive is"
                            + " encrypted: that is not available yet.",
                    cause);
        }
        return Failures.ofWork(doing, cause);
    }

    private long fetch(BackupName name, PartitionSet.Entry partition, RestoreTree tree)
            throws IOException, ArchiveException {
        long begun = System.nanoTime();
        archive.tell(new ArchiveEvent.PartitionFetchStarted(name, partition.number(), archive.locate(partition.key())));
        Codec codec = Codecs.forExtension(partition.extension()).orElseThrow();
        MessageDigest digest = PartitionUpload.sha256();
        try (BlobContent content = archive.direct().get(partition.key())) {
            CountingStream stored = new CountingStream(new DigestInputStream(content.stream(), digest));
            long bytes;
            try (InputStream tar = codec.decompress(stored)) {
                bytes = tree.extract(archive.locate(partition.key()), tar).contentBytes();
            } catch (CorruptStreamException e) {
                throw new DamagedPartitionException(partition.key() + ": " + e.getMessage(), e);
            }
            requireRecorded(partition, stored.count(), digest);
            archive.tell(new ArchiveEvent.PartitionFetched(
                    name, partition.number(), stored.count(), Duration.ofNanos(System.nanoTime() - begun)));
            return bytes;
        }
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
