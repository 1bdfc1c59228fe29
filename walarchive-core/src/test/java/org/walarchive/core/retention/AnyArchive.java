package org.walarchive.core.retention;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.walarchive.BackupName;
import org.walarchive.DeletionPolicy;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalSegmentName;

/**
 * An archive made of a number, with all that goes wrong in archives, and the truth about it: how its timelines really come
 * from each other, whether the histories are there or not.
 */
final class AnyArchive {

    final TestArchive archive = new TestArchive();
    private final SplittableRandom random;

    /** From each timeline the one it comes from, and the segment in which that was left. */
    private final Map<Long, Branch> branches = new TreeMap<>();

    final Map<BackupName, Made> backups = new LinkedHashMap<>();

    private record Branch(long parent, long segment) {}

    /** How a backup was made. */
    enum Made {
        WHOLE,
        BROKEN,
        YOUNG,
        GIVEN_UP,
        KEPT,
        FOREIGN
    }

    /** Whether segments tell their size. */
    enum Segments {
        READABLE,
        HIDDEN
    }

    AnyArchive(long seed) {
        this(seed, Segments.READABLE);
    }

    AnyArchive(long seed, Segments segments) {
        random = new SplittableRandom(seed);
        if (segments == Segments.HIDDEN) {
            archive.hideSegments();
        }
        int timelines = 1 + random.nextInt(4);
        for (long timeline = 1; timeline <= timelines; timeline++) {
            timeline(timeline);
        }
        int count = random.nextInt(9);
        for (int i = 0; i < count; i++) {
            backup(1 + random.nextInt(timelines));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            archive.delete(TestArchive.walKey(1 + random.nextInt(timelines), random.nextInt(40)));
        }
        if (random.nextInt(3) == 0 || backups.containsValue(Made.FOREIGN)) {
            archive.put(ArchiveLayout.IDENTITY, "system_identifier=" + SegmentBuilder.CLUSTER + "\n");
        }
        archive.put("wal_005/core.dump", "");
    }

    private void timeline(long timeline) {
        archive.ago(Duration.ofHours(random.nextInt(1000)));
        long begin = random.nextInt(5);
        if (timeline > 1) {
            long parent = 1 + random.nextInt((int) timeline - 1);
            long from = parent == 1 ? 0 : branches.get(parent).segment();
            begin = from + random.nextInt(12);
            branches.put(timeline, new Branch(parent, begin));
            if (random.nextInt(5) > 0) {
                archive.history(timeline, random.nextInt(9) == 0 ? "rubbish" : history(timeline));
            }
            if (random.nextBoolean()) {
                archive.put("wal_005/" + TestArchive.segment(parent, begin) + ".partial.lzo", "");
            }
        }
        archive.wal(timeline, begin, begin + random.nextInt(25));
    }

    private String history(long timeline) {
        StringBuilder lines = new StringBuilder();
        for (long at = timeline; branches.containsKey(at); at = branches.get(at).parent()) {
            lines.insert(
                    0,
                    TestArchive.left(branches.get(at).parent(), branches.get(at).segment()));
        }
        return lines.toString();
    }

    private void backup(long timeline) {
        long number = (branches.containsKey(timeline) ? branches.get(timeline).segment() + 1 : 0) + random.nextInt(20);
        BackupName name = TestArchive.backup(timeline, number);
        if (backups.containsKey(name)) {
            return;
        }
        // Mostly the higher, the later.
        archive.ago(
                Duration.ofHours(random.nextInt(4) == 0 ? 30 + random.nextInt(1000) : 2000 - 40 * number - timeline));
        Made made = Made.values()[random.nextInt(3) > 0 ? 0 : random.nextInt(Made.values().length)];
        switch (made) {
            case WHOLE -> whole(timeline, number);
            case BROKEN -> {
                whole(timeline, number);
                archive.delete(ArchiveLayout.partition(name, random.nextBoolean() ? 0 : 1, "lzo"));
                archive.delete(ArchiveLayout.partition(name, 0, "lzo"));
            }
            case YOUNG -> {
                archive.ago(Duration.ofHours(random.nextInt(24)));
                archive.unfinished(timeline, number);
            }
            case GIVEN_UP -> archive.unfinished(timeline, number);
            case KEPT -> {
                whole(timeline, number);
                archive.keep(name);
            }
            case FOREIGN -> archive.ours(timeline, number, SegmentBuilder.OTHER_CLUSTER);
        }
        backups.put(name, made);
        if (random.nextBoolean()) {
            archive.put("wal_005/" + name.segment() + ".00000028.backup.lzo", "");
        }
    }

    private void whole(long timeline, long number) {
        if (random.nextInt(3) == 0) {
            archive.walE(timeline, number);
        } else {
            archive.ours(timeline, number);
        }
    }

    /** Any policy but for old versions and everything, about which there is nothing to find out. */
    DeletionPolicy policy() {
        return switch (random.nextInt(5)) {
            case 0 -> new DeletionPolicy.Retain(1 + random.nextInt(4));
            case 1 -> new DeletionPolicy.RetainFor(Duration.ofHours(1 + random.nextInt(1500)));
            case 2 ->
                new DeletionPolicy.RetainByCalendar(
                        random.nextInt(4), random.nextInt(4), random.nextInt(3), 1, ZoneId.of("UTC"));
            case 3 -> new DeletionPolicy.BeforeSegment(TestArchive.segment(1 + random.nextInt(4), random.nextInt(50)));
            default -> {
                List<BackupName> names = new ArrayList<>(backups.keySet());
                yield names.isEmpty()
                        ? new DeletionPolicy.Before(TestArchive.backup(1, 9))
                        : new DeletionPolicy.Before(names.get(random.nextInt(names.size())));
            }
        };
    }

    /**
     * Finds what recoveries from a backup can read: on every timeline that really comes from the backup's, or is it, the
     * segments of the whole ancestry from the backup's start on. PostgreSQL takes the segment of the newest timeline, and of
     * an older one where that is missing ({@code XLogFileReadAnyTLI}).
     */
    Set<String> reach(BackupName backup, Set<String> keys) {
        long own = backup.segment().timeline().value();
        long start = backup.segment().number(TestArchive.SIZE);
        Set<String> reached = new TreeSet<>();
        for (long target = 1; target <= branches.size() + 1; target++) {
            long end = Long.MAX_VALUE;
            boolean includes = false;
            Set<String> onPath = new TreeSet<>();
            for (long at = target;
                    at > 0;
                    at = branches.containsKey(at) ? branches.get(at).parent() : 0) {
                // A timeline is left in the middle of a segment, and backups start near the beginning of one.
                includes |= at == own && start <= end;
                addSegments(at, start, end, keys, onPath);
                end = Math.min(end, branches.containsKey(at) ? branches.get(at).segment() : end);
            }
            if (includes) {
                reached.addAll(onPath);
            }
        }
        return reached;
    }

    private static void addSegments(long timeline, long from, long to, Set<String> keys, Set<String> reached) {
        String hex = new TimelineId(timeline).toHex();
        for (String key : keys) {
            if (key.startsWith("wal_005/" + hex) && key.matches("wal_005/[0-9A-F]{24}\\..*")) {
                long number = WalSegmentName.parse(key.substring(8, 32)).number(TestArchive.SIZE);
                if (number >= from && number <= to) {
                    reached.add(key);
                }
            }
        }
    }
}
