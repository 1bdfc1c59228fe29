package org.walarchive.core.tar;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.LocalFileException;

/**
 * Divides members into partitions, in their order and each once. A partition has no more bytes of files than the limit
 * and no more than {@value #MAX_MEMBERS} members; a file beyond the limit has a partition to itself. Takes members from
 * their source only as far as the partition that is asked for. Not thread-safe.
 */
public final class PartitionPlan {

    /** The most members of a partition: {@value}, as WAL-E. */
    public static final int MAX_MEMBERS = 6144;

    private final MemberSource source;
    private final long limitBytes;
    private @Nullable Member carried;
    private int made;

    private PartitionPlan(MemberSource source, long limitBytes) {
        this.source = source;
        this.limitBytes = limitBytes;
    }

    /**
     * Makes a plan.
     *
     * @param source gives the members
     * @param limitBytes the most bytes of files in a partition
     * @return the plan, at its beginning
     */
    public static PartitionPlan of(MemberSource source, long limitBytes) {
        if (limitBytes < 1) {
            throw new IllegalArgumentException("partition size " + limitBytes + " is less than 1");
        }
        return new PartitionPlan(source, limitBytes);
    }

    /**
     * Returns the next partition.
     *
     * @return a partition with at least one member, or empty when there are no members left
     * @throws LocalFileException if the source cannot give further members
     */
    public Optional<Partition> next() throws LocalFileException {
        List<Member> members = new ArrayList<>();
        long bytes = 0;
        Member member = carried == null ? source.next().orElse(null) : carried;
        while (member != null) {
            // written so that no sum can overflow
            boolean full = members.size() >= MAX_MEMBERS || member.sizeBytes() > limitBytes - bytes;
            if (full && !members.isEmpty()) {
                break;
            }
            members.add(member);
            bytes += member.sizeBytes();
            member = source.next().orElse(null);
        }
        carried = member;
        return members.isEmpty() ? Optional.empty() : Optional.of(new Partition(made++, members, bytes));
    }
}
