package org.walarchive.core.backup;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveEvent;
import org.walarchive.BackupName;
import org.walarchive.core.codec.CompressionWorkers;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.CountingStream;
import org.walarchive.core.store.ObjectWriter;
import org.walarchive.core.tar.Partition;
import org.walarchive.core.tar.ReadPace;
import org.walarchive.store.BlobSource;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;

/**
 * Uploads one tar partition. It is made while it is uploaded, and made anew when the upload is tried again: what is
 * recorded is what the attempt that succeeded sent.
 */
final class PartitionUpload {

    private final ArchiveStore archive;
    private final ObjectWriter writer;
    private final CompressionWorkers workers;
    private final ReadPace pace;
    private final BackupName backup;
    private final ProgressMeter meter;

    PartitionUpload(
            ArchiveStore archive,
            ObjectWriter writer,
            CompressionWorkers workers,
            ReadPace pace,
            BackupName backup,
            ProgressMeter meter) {
        this.archive = archive;
        this.writer = writer;
        this.workers = workers;
        this.pace = pace;
        this.backup = backup;
        this.meter = meter;
    }

    /** Uploads a partition and returns what is to be recorded of it. */
    BackupRecord.Partition upload(Partition partition) throws IOException {
        long begun = System.nanoTime();
        String extension = writer.extension();
        archive.tell(new ArchiveEvent.PartitionUploadStarted(
                backup, partition.number(), partition.members().size(), partition.plannedBytes()));
        Source source = new Source(partition);
        archive.store().put(ArchiveLayout.partition(backup, partition.number(), extension), source, PutMode.OVERWRITE);
        BackupRecord.Partition stored = source.record(ArchiveLayout.partitionName(partition.number(), extension));
        source.part.done();
        archive.tell(new ArchiveEvent.PartitionUploaded(
                backup,
                partition.number(),
                stored.expandedBytes(),
                stored.storedBytes(),
                Duration.ofNanos(System.nanoTime() - begun)));
        return stored;
    }

    /** The compressed tar stream; remembers the last opening. */
    private final class Source implements BlobSource {

        private final Partition partition;
        private final ProgressMeter.Part part;
        private @Nullable CountingStream expanded;
        private @Nullable CountingStream stored;
        private @Nullable MessageDigest digest;

        Source(Partition partition) {
            this.partition = partition;
            this.part = meter.part(partition.plannedBytes(), partition.members().size());
        }

        @Override
        public InputStream open() throws IOException {
            part.restart();
            expanded = new CountingStream(partition.open(meter.isHeard() ? new MeteredPace(pace, part) : pace));
            digest = sha256();
            stored = new CountingStream(new DigestInputStream(writer.store(expanded, workers), digest));
            return stored;
        }

        @Override
        public OptionalLong sizeBytes() {
            return OptionalLong.empty();
        }

        BackupRecord.Partition record(String name) throws StoreException {
            if (expanded == null || stored == null || digest == null || !stored.ended()) {
                throw new StoreException(
                        StoreException.Kind.UNAVAILABLE, "partition " + name + " was not read to its end by the store");
            }
            return new BackupRecord.Partition(
                    partition.number(),
                    name,
                    stored.count(),
                    HexFormat.of().formatHex(digest.digest()),
                    expanded.count());
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
