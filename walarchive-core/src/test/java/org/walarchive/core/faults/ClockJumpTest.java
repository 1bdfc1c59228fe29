package org.walarchive.core.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.walarchive.ArchiveException;
import org.walarchive.ConflictException;
import org.walarchive.core.faults.UseCase.Claim;
import org.walarchive.core.faults.UseCase.Sort;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.retention.Retention;
import org.walarchive.core.store.HandClock;

/**
 * A clock that jumps, this machine's or the store's, by a year and to either side, before any call of a use case; and one that jumps and is set right again
 * before any later one. Deadlines, waits and what is believed for a while go by the monotonic clock, which no test here can move.
 */
@Timeout(60)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class ClockJumpTest {

    private static final Duration YEAR = Duration.ofDays(365);

    /** Each third length of a blip: all of them take a minute. */
    private static final int BLIP_STEP = 3;

    /** WAL is archived, fetched and restored without a look at any clock but the monotonic one. */
    private static final Set<UseCase> WITH_A_CLOCK = EnumSet.of(
            UseCase.BACKUP_PUSH,
            UseCase.BACKUP_PUSH_AGAIN,
            UseCase.BACKUP_LIST,
            UseCase.VERIFY_SHALLOW,
            UseCase.VERIFY_DEEP,
            UseCase.DELETE_BY_COUNT,
            UseCase.DELETE_BY_AGE,
            UseCase.DELETE_BESIDE_KEPT,
            UseCase.KEEP,
            UseCase.KEEP_AGAIN,
            UseCase.RELEASE);

    @TempDir
    Path directory;

    /** Whose clock jumps. */
    enum Whose {
        MACHINE,
        STORE;

        HandClock of(Scene scene) {
            return switch (this) {
                case MACHINE -> scene.here;
                case STORE -> scene.there;
            };
        }
    }

    /**
     * A jump.
     *
     * @param whose clock
     * @param by how far
     * @param before which call, counted from 1
     * @param until before which call it is set right again
     */
    record Jump(Whose whose, Duration by, long before, long until) {

        LongConsumer in(Scene scene) {
            HandClock clock = whose.of(scene);
            return call -> {
                if (call == before) {
                    clock.move(by);
                }
                if (call == until) {
                    clock.move(by.negated());
                }
            };
        }

        @Override
        public String toString() {
            String end = until == Long.MAX_VALUE ? "" : ", until call " + until;
            return whose + (by.isNegative() ? " a year back" : " a year on") + " before call " + before + end;
        }
    }

    static List<Arguments> jumps() throws Exception {
        List<Arguments> cells = new ArrayList<>();
        for (UseCase useCase : WITH_A_CLOCK) {
            long calls = Reference.of(useCase).calls().values().stream()
                    .mapToLong(n -> n)
                    .sum();
            for (long before = 1; before <= calls; before++) {
                for (Duration by : List.of(YEAR, YEAR.negated())) {
                    for (Whose whose : Whose.values()) {
                        cells.add(Arguments.of(useCase, new Jump(whose, by, before, Long.MAX_VALUE)));
                    }
                    boolean blips = useCase == UseCase.DELETE_BY_AGE && by.equals(YEAR);
                    for (long until = before + 1; blips && until <= calls; until += BLIP_STEP) {
                        cells.add(Arguments.of(useCase, new Jump(Whose.MACHINE, by, before, until)));
                    }
                }
            }
        }
        return cells;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("jumps")
    void jump(UseCase useCase, Jump jump) throws Exception {
        Scene scene = new Scene(directory.resolve("scene"));
        useCase.prepare(scene);
        Map<String, String> before = scene.contents();
        Optional<Claim> claim = run(useCase, jump, scene);
        if (claim.isPresent()) {
            claim.get().truth().require();
            requireSame(useCase, claim.get());
        } else {
            assertEquals(before, scene.contents());
        }
        onlyWhatWasToGo(useCase, before, scene);
        scene.here.set(Scene.NOW);
        scene.there.set(Scene.NOW);
        if (useCase != UseCase.BACKUP_PUSH) {
            useCase.run(scene, scene.archive()).truth().require();
            assertEquals(
                    Reference.of(useCase).after().keySet(), scene.contents().keySet());
        }
    }

    /** Only what goes by age may be refused; then nothing has happened. */
    private static Optional<Claim> run(UseCase useCase, Jump jump, Scene scene)
            throws InterruptedException, IOException, ArchiveException {
        try {
            return Optional.of(useCase.run(scene, scene.archive(new CallCountingStore(scene.memory, jump.in(scene)))));
        } catch (ConflictException e) {
            assertEquals(Sort.DELETES, useCase.sort(), e.getMessage());
            assertTrue(String.valueOf(e.getMessage()).startsWith("the clocks of this machine and of the store"));
            return Optional.empty();
        }
    }

    /** A backup without sentinel is told to be abandoned by this machine's clock, and goes only if it is; all else is as it is. */
    private static void requireSame(UseCase useCase, Claim claim) {
        Reference reference = Reference.of(useCase);
        switch (useCase) {
            case BACKUP_LIST -> assertEquals(timeless(reference.says()), timeless(claim.says()));
            case VERIFY_SHALLOW, VERIFY_DEEP -> assertTrue(claim.doubts() <= reference.doubts() + 1, claim.says());
            case DELETE_BY_AGE, DELETE_BY_COUNT, DELETE_BESIDE_KEPT -> assertEquals(0, claim.doubts());
            default -> assertEquals(reference.says(), claim.says());
        }
    }

    private static String timeless(String says) {
        return says.replace("ABANDONED", "IN_PROGRESS");
    }

    private static void onlyWhatWasToGo(UseCase useCase, Map<String, String> before, Scene scene) {
        Set<String> gone = new TreeSet<>(before.keySet());
        gone.removeAll(scene.contents().keySet());
        Set<String> toGo = new TreeSet<>(before.keySet());
        toGo.removeAll(Reference.of(useCase).after().keySet());
        gone.removeAll(toGo);
        assertEquals(Set.of(), gone, "deleted, and only because of a clock");
    }

    /** The machine's clock was a year slow while the backup was taken, 5 days ago by the store's. */
    @Test
    void backupWithWrongTimesIsNotOld() throws Exception {
        Scene scene = afterWrongBackup(YEAR.negated());
        UseCase.DELETE_BY_AGE.run(scene, scene.archive()).truth().require();
        assertTrue(scene.contents().containsKey(ArchiveLayout.sentinel(Template.backup(7))), "it is 5 days old");
    }

    /** Nor does it pass for the one from which the beginning of the time to be reached is reached. */
    @Test
    void backupWithWrongTimesIsNotTheLastBefore() throws Exception {
        Scene scene = afterWrongBackup(Duration.ofDays(-50));
        UseCase.DELETE_BY_AGE.run(scene, scene.archive()).truth().require();
        assertTrue(scene.contents().containsKey(ArchiveLayout.sentinel(Template.MIDDLE)), "30 days are to be reached");
    }

    @Test
    void backupOfTheFutureHidesNone() throws Exception {
        Scene scene = afterWrongBackup(YEAR);
        UseCase.DELETE_BY_AGE.run(scene, scene.archive()).truth().require();
        for (int segment : List.of(4, 6, 7)) {
            assertTrue(scene.contents().containsKey(ArchiveLayout.sentinel(Template.backup(segment))));
        }
        assertFalse(scene.contents().containsKey(ArchiveLayout.sentinel(Template.OLDEST)));
    }

    private Scene afterWrongBackup(Duration wrong) throws Exception {
        Scene scene = new Scene(directory.resolve("scene"));
        UseCase.BACKUP_PUSH.prepare(scene);
        scene.here.set(Scene.NOW.minus(Duration.ofDays(5)).plus(wrong));
        scene.there.set(Scene.NOW.minus(Duration.ofDays(5)));
        UseCase.BACKUP_PUSH.run(scene, scene.archive()).truth().require();
        scene.here.set(Scene.NOW);
        scene.there.set(Scene.NOW);
        return scene;
    }

    /** A deletion that was begun a minute ago may still be going on, whatever this machine's clock says. */
    @Test
    void whatIsBeingDeletedCannotBeKept() throws Exception {
        for (Duration by : List.of(Duration.ZERO, YEAR, YEAR.negated())) {
            Scene scene = new Scene(directory.resolve("scene"));
            UseCase.KEEP.prepare(scene);
            scene.put(ArchiveLayout.deletionMark(Template.MIDDLE), new byte[1], Scene.NOW.minusSeconds(60));
            scene.here.move(by);
            ArchiveException e = assertThrows(
                    ArchiveException.class,
                    () -> new Retention(scene.archive(), scene.here).keep(Template.MIDDLE),
                    by.toString());
            assertInstanceOf(ConflictException.class, e);
            assertFalse(scene.contents().containsKey(ArchiveLayout.keepMark(Template.MIDDLE)));
        }
    }

    @Test
    void whatALongGoneDeletionLeftCanBeKept() throws Exception {
        for (Duration by : List.of(Duration.ZERO, YEAR, YEAR.negated())) {
            Scene scene = new Scene(directory.resolve("scene"));
            UseCase.KEEP.prepare(scene);
            scene.put(ArchiveLayout.deletionMark(Template.MIDDLE), new byte[1], Scene.NOW.minus(Duration.ofDays(2)));
            scene.here.move(by);
            new Retention(scene.archive(), scene.here).keep(Template.MIDDLE);
            assertTrue(scene.contents().containsKey(ArchiveLayout.keepMark(Template.MIDDLE)), by.toString());
        }
    }
}
