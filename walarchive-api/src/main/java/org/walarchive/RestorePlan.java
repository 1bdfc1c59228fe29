package org.walarchive;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.stability.Stable;

/**
 * What a restore would do, as the archive, the directory and this machine were when it was worked out.
 *
 * @param backup the base backup
 * @param directory the data directory, absolute
 * @param majorVersion of the server that was backed up, 906 for 9.6, 17 for 17; empty where the archive does not tell
 * @param finished when the backup was complete: as it records, else when its sentinel was put
 * @param consistentAt where the backup is consistent; empty where the archive does not tell
 * @param partitions how many tar partitions it has
 * @param partitionBytes what they take in the store
 * @param expandedBytes the sum of the files' sizes, which holes and tablespaces elsewhere may leave less of; empty where the archive does not tell
 * @param freeBytes what is free where the directory is or would be, before anything of it is deleted; empty where the system does not tell
 * @param timelines the timelines that recovery reads, from the backup's to the target's
 * @param wal the WAL that recovery needs, without one that which makes the backup consistent; empty where the size of segments cannot be
 *     found out and, without a recovery, where the archive's WAL cannot be looked at
 * @param obstacle why the archive's WAL does not reach the target, in sentences; empty if it does, as far as names and times tell
 * @param refusal what the restore would fail with before it writes anything: WAL that is missing, or is damaged where recovery begins; a
 *     key or a library that lacks here, and is needed to read the backup or what recovery certainly reads of the WAL's first and last
 *     segment; a store that does not give these (cold storage, rights); a directory that is not empty or not fit for it. Empty if nothing is
 *     known that refuses it
 */
@Stable
public record RestorePlan(
        BackupName backup,
        Path directory,
        OptionalInt majorVersion,
        Instant finished,
        Optional<Lsn> consistentAt,
        int partitions,
        long partitionBytes,
        OptionalLong expandedBytes,
        OptionalLong freeBytes,
        List<TimelineId> timelines,
        Optional<Wal> wal,
        Optional<String> obstacle,
        Optional<ArchiveException> refusal) {

    /** Copies the list. */
    public RestorePlan {
        timelines = List.copyOf(timelines);
    }

    /**
     * Returns this plan of a restore that would be refused.
     *
     * @param reason what it would fail with
     * @return the plan with that as its refusal
     */
    public RestorePlan refusedFor(ArchiveException reason) {
        return new RestorePlan(
                backup,
                directory,
                majorVersion,
                finished,
                consistentAt,
                partitions,
                partitionBytes,
                expandedBytes,
                freeBytes,
                timelines,
                wal,
                obstacle,
                Optional.of(reason));
    }

    /** How well it is known which WAL segment is the last that recovery reads. */
    public enum LastSegment {
        /** It is that one; its record may go on in the next. */
        KNOWN,
        /** It is that one or one before it: a later base backup began after the target. */
        AT_MOST,
        /** Nobody knows where in the WAL the target is: all up to the newest segment in the archive. */
        NEWEST_IN_ARCHIVE
    }

    /**
     * Segments that follow each other and are not in the archive.
     *
     * @param first the first
     * @param last the last
     * @param count how many
     */
    public record Gap(WalSegmentName first, WalSegmentName last, long count) {}

    /**
     * The WAL that recovery needs.
     *
     * @param first the segment that recovery begins in
     * @param last the last one
     * @param lastSegment how well that is known
     * @param segments how many there are from first to last
     * @param present how many of them are in the archive
     * @param storedBytes what those take in the store
     * @param gaps those that are not, in order
     * @param newestPut when the last segment was put, by the store's clock; empty if it is not there
     */
    public record Wal(
            WalSegmentName first,
            WalSegmentName last,
            LastSegment lastSegment,
            long segments,
            long present,
            long storedBytes,
            List<Gap> gaps,
            Optional<Instant> newestPut) {

        /** Copies the list. */
        public Wal {
            gaps = List.copyOf(gaps);
        }
    }
}
