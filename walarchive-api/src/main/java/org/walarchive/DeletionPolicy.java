package org.walarchive;

import java.time.Duration;
import java.time.ZoneId;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.stability.Stable;

/**
 * What may go from an archive. Whatever the policy, what a backup that stays needs stays too, and so do backups that are
 * being taken and backups with a {@linkplain RetentionService#keep keep mark}: {@link RetentionService#plan} says which and
 * why. Only base backups that can be restored count, so that a broken one never pushes out a good one.
 */
@Stable
public sealed interface DeletionPolicy {

    /**
     * What is older than a backup. A backup goes if it starts in a segment before this one's and was also taken before it:
     * where a cluster was restored to an earlier moment, or made anew, a newer backup may have a lower position.
     *
     * @param backup the oldest backup to stay; there need not be one of this name
     */
    record Before(BackupName backup) implements DeletionPolicy {}

    /**
     * What is older than a WAL segment: as {@link Before}, with the oldest backup that starts in or after the segment.
     *
     * @param segment the first segment to stay
     */
    record BeforeSegment(WalSegmentName segment) implements DeletionPolicy {}

    /**
     * What the newest backups do not need. The newest by time stay, and the newest by position: mostly they are the same.
     *
     * @param count how many backups stay, at least 1
     */
    record Retain(int count) implements DeletionPolicy {

        /**
         * Checks the count.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Retain {
            if (count < 1) {
                throw new IllegalArgumentException("retain " + count + " would keep no backup");
            }
        }
    }

    /**
     * What is not needed to return to any moment of the recent past. The backups of that time stay, and the last one before
     * it, from which its first moments are reached.
     *
     * @param age how long ago the past begins that stays within reach, by this machine's clock; more than zero
     */
    record RetainFor(Duration age) implements DeletionPolicy {

        /**
         * Checks the age.
         *
         * @throws IllegalArgumentException if it is zero or negative
         */
        public RetainFor {
            if (age.isNegative() || age.isZero()) {
                throw new IllegalArgumentException("an age of " + age + " is not more than zero");
            }
        }
    }

    /**
     * All backups but the last ones of days, weeks, months and years. Periods without a backup do not count. WAL stays from the
     * oldest backup that stays.
     *
     * @param daily of how many days the last backup stays
     * @param weekly of how many weeks, which begin on Mondays
     * @param monthly of how many months
     * @param yearly of how many years
     * @param zone where days begin
     */
    record RetainByCalendar(int daily, int weekly, int monthly, int yearly, ZoneId zone) implements DeletionPolicy {

        /**
         * Checks the counts.
         *
         * @throws IllegalArgumentException if one is negative, or all are zero
         */
        public RetainByCalendar {
            if (daily < 0 || weekly < 0 || monthly < 0 || yearly < 0) {
                throw new IllegalArgumentException("of " + daily + " days, " + weekly + " weeks, " + monthly
                        + " months, " + yearly + " years, one is negative");
            }
            if (daily + weekly + monthly + yearly == 0) {
                throw new IllegalArgumentException("no day, week, month or year would keep a backup");
            }
        }
    }

    /** What layouts before WAL-E 0.5 left: the objects below {@code basebackups_004/}, {@code wal_004/} and so on to 000. */
    record OldVersions() implements DeletionPolicy {}

    /**
     * The whole archive: backups that are being taken, which then fail, histories and unknown objects included. Only backups
     * with a keep mark stay, with what they need, and as many as a {@linkplain ArchiveConfig#retentionFloor configured floor}
     * says.
     */
    record Everything() implements DeletionPolicy {}
}
