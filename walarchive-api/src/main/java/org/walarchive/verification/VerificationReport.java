package org.walarchive.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.stability.Experimental;

/**
 * What an archive is good for.
 *
 * @param location where the archive is
 * @param begun when it was listed
 * @param elapsed how long it took
 * @param request how thoroughly it was looked at, and at what
 * @param cluster the archive's cluster, where it is known
 * @param segmentSize the size of its WAL segments; empty if there is none that can be read
 * @param timelines its timelines, in order
 * @param backups its base backups, whole or not, in order of their start on each timeline
 * @param unknown objects below {@code wal_005/} and {@code basebackups_005/} that are none of an archive's
 * @param findings what is wrong, worst first; at most {@value #MAX_FINDINGS} of each severity
 * @param counts how many findings there are, those beyond the maximum too
 * @param read what was read and checked besides the lists
 */
@Experimental
public record VerificationReport(
        String location,
        Instant begun,
        Duration elapsed,
        VerifyRequest request,
        Optional<SystemIdentifier> cluster,
        Optional<WalSegmentSize> segmentSize,
        List<TimelineReport> timelines,
        List<BackupReport> backups,
        UnknownObjects unknown,
        List<Finding> findings,
        FindingCounts counts,
        Read read) {

    /** How many findings of a severity are kept. */
    public static final int MAX_FINDINGS = 1000;

    /** Copies the lists. */
    public VerificationReport {
        timelines = List.copyOf(timelines);
        backups = List.copyOf(backups);
        findings = List.copyOf(findings);
    }

    /**
     * How many findings there are of each severity.
     *
     * @param errors of {@link Finding.Severity#ERROR}
     * @param warnings of {@link Finding.Severity#WARNING}
     * @param notes of {@link Finding.Severity#NOTE}
     */
    public record FindingCounts(long errors, long warnings, long notes) {}

    /**
     * Objects that nobody knows.
     *
     * @param count how many
     * @param keys the first keys, at most {@value VerificationReport#MAX_FINDINGS}
     */
    public record UnknownObjects(long count, List<String> keys) {

        /** Copies the list. */
        public UnknownObjects {
            keys = List.copyOf(keys);
        }
    }

    /**
     * What was read and checked.
     *
     * @param objects how many objects
     * @param storedBytes their length in the store
     * @param expandedBytes their length when decompressed
     */
    public record Read(long objects, long storedBytes, long expandedBytes) {}

    /**
     * Tells whether every restore that the archive should make possible is possible, as far as it was looked at.
     *
     * @return true if there is no finding of severity {@link Finding.Severity#ERROR}
     */
    public boolean isHealthy() {
        return counts.errors() == 0;
    }
}
