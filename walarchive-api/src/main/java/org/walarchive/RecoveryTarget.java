package org.walarchive;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.walarchive.postgres.Lsn;
import org.walarchive.stability.Stable;

/** Where recovery ends: one of PostgreSQL's recovery targets, or the end of the archived WAL. */
@Stable
public sealed interface RecoveryTarget {

    /** On which side of the target recovery ends: {@code recovery_target_inclusive}. */
    enum Bound {
        /** After what is at the target. */
        INCLUSIVE,
        /** Before what is at the target. */
        EXCLUSIVE
    }

    /**
     * A point in time: the last commit up to it.
     *
     * @param time the time, by the server's clock; PostgreSQL heeds microseconds
     * @param bound whether commits of exactly that time are kept
     */
    record Time(Instant time, Bound bound) implements RecoveryTarget {

        /** Checks for null. */
        public Time {
            Objects.requireNonNull(time);
            Objects.requireNonNull(bound);
        }
    }

    /**
     * A position in the WAL. Servers before 10 have no such target.
     *
     * @param lsn the position
     * @param bound whether the record that begins there is replayed
     */
    record LsnAt(Lsn lsn, Bound bound) implements RecoveryTarget {

        /** Checks for null. */
        public LsnAt {
            Objects.requireNonNull(lsn);
            Objects.requireNonNull(bound);
        }
    }

    /**
     * A restore point that was made with {@code pg_create_restore_point}.
     *
     * @param name its name
     */
    record Name(String name) implements RecoveryTarget {

        /**
         * Checks that a server can have such a restore point.
         *
         * @throws IllegalArgumentException if it is empty, longer than 63 bytes of UTF-8, or has control characters
         */
        public Name {
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            if (length == 0 || length > 63 || name.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException("\"" + name
                        + "\" is not the name of a restore point: 1 to 63 bytes without control characters");
            }
        }
    }

    /**
     * A transaction.
     *
     * @param xid its number, with or without the epoch
     * @param bound whether the transaction is kept
     */
    record Xid(long xid, Bound bound) implements RecoveryTarget {

        /**
         * Checks that it can be the number of a transaction.
         *
         * @throws IllegalArgumentException if it is negative, or one of the first three of an epoch, which PostgreSQL keeps for itself
         */
        public Xid {
            if (xid < 0 || (xid & 0xFFFFFFFFL) < 3) {
                throw new IllegalArgumentException("there is no transaction " + xid);
            }
            Objects.requireNonNull(bound);
        }
    }

    /** The first moment at which the backup is consistent. */
    record Immediate() implements RecoveryTarget {}

    /** The end of what is in the archive. */
    record EndOfWal() implements RecoveryTarget {}
}
