package org.walarchive.core.tar;

import java.util.List;

/**
 * What goes into one tar archive.
 *
 * @param number its place in the backup, from 0
 * @param members in the order of the archive
 * @param plannedBytes the sum of their sizes
 */
public record Partition(int number, List<Member> members, long plannedBytes) {

    /** Copies the members. */
    public Partition {
        members = List.copyOf(members);
    }

    /**
     * Makes a partition of members that are known already.
     *
     * @param number its place in the backup, from 0
     * @param members in the order of the archive
     * @return the partition
     */
    public static Partition of(int number, List<Member> members) {
        return new Partition(
                number, members, members.stream().mapToLong(Member::sizeBytes).sum());
    }

    /**
     * Opens the tar archive; the files are read as it is read. It can be opened again, and gives what is in the files
     * then.
     *
     * @return a stream, to be closed
     */
    public PartitionStream open() {
        return open(ReadPace.UNLIMITED);
    }

    /**
     * Opens the tar archive at a pace.
     *
     * @param pace how fast the files are read
     * @return a stream, to be closed
     */
    public PartitionStream open(ReadPace pace) {
        return new PartitionStream(this, pace);
    }
}
