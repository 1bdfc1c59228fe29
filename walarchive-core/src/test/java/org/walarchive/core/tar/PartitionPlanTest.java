package org.walarchive.core.tar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.walarchive.LocalFileException;

class PartitionPlanTest {

    static final MemberAttributes ATTRIBUTES = new MemberAttributes(0600, FileTime.fromMillis(0), 0, 0, "", "");

    private static Member file(int number, long size) {
        return new Member.DiskFile("f" + number, Path.of("f" + number), size, ATTRIBUTES);
    }

    private static List<Member> files(List<Long> sizes) {
        return IntStream.range(0, sizes.size())
                .mapToObj(i -> file(i, sizes.get(i)))
                .toList();
    }

    private static List<Partition> plan(List<Member> members, long limit) throws LocalFileException {
        Iterator<Member> iterator = members.iterator();
        PartitionPlan plan =
                PartitionPlan.of(() -> iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty(), limit);
        List<Partition> partitions = new ArrayList<>();
        for (Optional<Partition> next = plan.next(); next.isPresent(); next = plan.next()) {
            partitions.add(next.get());
        }
        return partitions;
    }

    @Property(tries = 300)
    void everyMemberIsInOnePartitionWithinTheLimits(
            @ForAll @Size(max = 50) List<@LongRange(max = 120) Long> sizes,
            @ForAll @LongRange(min = 1, max = 100) long limit)
            throws LocalFileException {
        List<Member> members = files(sizes);

        List<Partition> partitions = plan(members, limit);

        assertEquals(
                members, partitions.stream().flatMap(p -> p.members().stream()).toList());
        for (int i = 0; i < partitions.size(); i++) {
            Partition partition = partitions.get(i);
            long bytes =
                    partition.members().stream().mapToLong(Member::sizeBytes).sum();
            assertEquals(i, partition.number());
            assertEquals(bytes, partition.plannedBytes());
            assertTrue(bytes <= limit || partition.members().size() == 1, partition::toString);
            // no partition is begun without need
            if (i > 0) {
                long first = partition.members().get(0).sizeBytes();
                assertTrue(partitions.get(i - 1).plannedBytes() + first > limit, partitions::toString);
            }
        }
    }

    @Test
    void fileBeyondTheLimitIsAloneEvenBesideEmptyMembers() throws LocalFileException {
        List<Partition> partitions = plan(files(List.of(0L, 11L, 0L)), 10);

        assertEquals(
                List.of(0L, 11L, 0L),
                partitions.stream().map(Partition::plannedBytes).toList());
    }

    @Test
    void sumsDoNotOverflow() throws LocalFileException {
        assertEquals(
                3,
                plan(files(List.of(1L, Long.MAX_VALUE, Long.MAX_VALUE)), Long.MAX_VALUE)
                        .size());
    }

    @Test
    void partitionHasNoMoreThan6144Members() throws LocalFileException {
        List<Partition> partitions =
                plan(files(LongStream.range(0, 6145).map(i -> 0).boxed().toList()), 10);

        assertEquals(
                List.of(6144, 1),
                partitions.stream().map(p -> p.members().size()).toList());
    }

    @Test
    void takesMembersOnlyAsFarAsNeeded() throws LocalFileException {
        int[] taken = {0};
        PartitionPlan plan = PartitionPlan.of(() -> Optional.of(file(taken[0]++, 5)), 10);

        plan.next();

        assertEquals(3, taken[0]);
    }

    @Test
    void limitIsPositive() {
        assertThrows(IllegalArgumentException.class, () -> PartitionPlan.of(Optional::empty, 0));
    }
}
