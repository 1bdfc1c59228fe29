package org.walarchive.cli.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Breaks what it can at moments that a seed chooses, and holds the archive against what was committed after each: a few times here, with another
 * seed for each Java, for hours by {@code ci/torture.sh}.
 */
final class TortureIT {

    private static final long SEED =
            Long.getLong("walarchive.torture.seed", 2026 + Runtime.version().feature());
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("walarchive.torture.seconds", 0));

    /** At the least; each takes some seconds. */
    private static final int ROUNDS = Integer.getInteger("walarchive.torture.rounds", 2);

    @Test
    @DisplayName("whatever is killed, what was acknowledged is restored")
    void nothingIsLost() {
        long end = System.nanoTime() + LENGTH.toNanos();
        List<Breakage> all = Arrays.asList(Breakage.values());
        int round = 0;
        try (World world = World.make()) {
            while (System.nanoTime() < end || round < ROUNDS) {
                // each breakage once before any comes again
                List<Breakage> order = new ArrayList<>(all);
                Collections.shuffle(order, new Random(SEED + round / all.size()));
                torture(world, round, order.get(round % all.size()));
                round++;
            }
        }
    }

    private static void torture(World world, int round, Breakage breakage) {
        Random random = new Random(SEED * 31 + round);
        long begun = System.nanoTime();
        try {
            world.setUp(random);
            String what = breakage.on(world, random);
            world.requireWhole();
            System.out.printf(
                    "torture: round %d: %s: %s; %d moves committed, %d ms%n",
                    round,
                    breakage,
                    what,
                    world.committed().size(),
                    Duration.ofNanos(System.nanoTime() - begun).toMillis());
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "round " + round + " with seed " + SEED + ", " + breakage + ", failed: " + e.getMessage(), e);
        }
    }
}
