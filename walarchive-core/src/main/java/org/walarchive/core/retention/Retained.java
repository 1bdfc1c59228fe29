package org.walarchive.core.retention;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.walarchive.DeletionPolicy;

/** Which of the backups that can be restored a policy retains, each with a phrase that says why. */
final class Retained {

    private final List<KnownBackup> newestFirst;
    private final List<KnownBackup> highestFirst;
    private final Instant now;
    private final Map<KnownBackup, String> retained = new HashMap<>();

    private Retained(List<KnownBackup> restorable, Instant now) {
        this.newestFirst =
                restorable.stream().sorted(KnownBackup.BY_TIME.reversed()).toList();
        this.highestFirst =
                restorable.stream().sorted(KnownBackup.BY_PLACE.reversed()).toList();
        this.now = now;
    }

    /** Returns the backups that a policy retains, unless it names a place: then there are none here. */
    static Map<KnownBackup, String> by(DeletionPolicy policy, List<KnownBackup> restorable, Instant now) {
        Retained retained = new Retained(restorable, now);
        // The family is sealed; a pattern switch over it is a preview feature of Java 17.
        if (policy instanceof DeletionPolicy.Retain retain) {
            retained.newest(retain.count());
        } else if (policy instanceof DeletionPolicy.RetainFor retainFor) {
            retained.recent(retainFor);
        } else if (policy instanceof DeletionPolicy.RetainByCalendar calendar) {
            retained.calendar(calendar);
        }
        return retained.retained;
    }

    private void newest(int count) {
        String phrase = count == 1 ? "it is the newest" : "it is one of the " + count + " newest";
        newestFirst.stream().limit(count).forEach(backup -> retained.put(backup, phrase));
        highestFirst.stream()
                .limit(count)
                .forEach(backup -> retained.putIfAbsent(backup, phrase + " by its position, though not by its time"));
        Set<KnownBackup> counted = Set.copyOf(retained.keySet());
        for (KnownBackup backup : newestFirst) {
            counted.stream()
                    .filter(other -> other.segment().equals(backup.segment()))
                    .findFirst()
                    .ifPresent(
                            other -> retained.putIfAbsent(backup, "it starts in the same segment as " + other.name()));
        }
    }

    /** By the clock of the server that was backed up, and by the store's: one of them may have been wrong, and then it is kept. */
    private void recent(DeletionPolicy.RetainFor policy) {
        Instant begin = now.minus(policy.age());
        for (KnownBackup backup : newestFirst) {
            if (!backup.time().isBefore(begin)) {
                retained.put(backup, "it was taken after " + begin);
            } else if (!backup.put().isBefore(begin)) {
                retained.put(backup, "it was put after " + begin + ", though it says that it was taken before");
            }
        }
        newestFirst.stream()
                .filter(backup -> !retained.containsKey(backup))
                .findFirst()
                .ifPresent(backup -> retained.put(backup, "the time from " + begin + " on is reached from it"));
    }

    private void calendar(DeletionPolicy.RetainByCalendar policy) {
        Function<KnownBackup, LocalDate> day =
                backup -> backup.time().atZone(policy.zone()).toLocalDate();
        lastOfEach("day", policy.daily(), day);
        lastOfEach(
                "week from",
                policy.weekly(),
                day.andThen(date -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))));
        lastOfEach("month", policy.monthly(), day.andThen(YearMonth::from));
        lastOfEach("year", policy.yearly(), day.andThen(LocalDate::getYear));
    }

    private void lastOfEach(String name, int count, Function<KnownBackup, ?> period) {
        Set<Object> seen = new HashSet<>();
        for (KnownBackup backup : newestFirst) {
            if (seen.size() < count && seen.add(period.apply(backup))) {
                retained.putIfAbsent(backup, "it is the last of the " + name + " " + period.apply(backup));
            }
        }
    }
}
