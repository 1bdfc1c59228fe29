package org.walarchive.cli.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.walarchive.core.testing.PostgresServer;

/** Finds processes by what their command line says, and ends them. */
final class Victims {

    private Victims() {}

    /** Sleeps for a while that a seed chose: no test of a condition, but the moment itself. */
    static void wait(Random random, Duration longest) {
        try {
            Thread.sleep(random.nextLong(longest.toMillis() + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Which processes are killed. */
    enum Extent {
        /** The one that was looked for, and all below it. */
        ALL,
        /** What it started, so that it sees the end of that. */
        BELOW
    }

    /**
     * Waits for a child of a server, or a child's child, and kills.
     *
     * @return whether one came in time
     */
    static boolean kill(PostgresServer server, String words, Extent extent, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        do {
            List<ProcessHandle> found = server.processes().stream()
                    .filter(process -> commandLine(process).contains(words))
                    .limit(1)
                    .flatMap(process -> with(process, extent))
                    .toList();
            if (!found.isEmpty()) {
                found.forEach(ProcessHandle::destroyForcibly);
                return true;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() < end);
        return false;
    }

    private static Stream<ProcessHandle> with(ProcessHandle process, Extent extent) {
        Stream<ProcessHandle> below = process.descendants();
        return extent == Extent.ALL ? Stream.concat(Stream.of(process), below) : below;
    }

    /** As it is now: PostgreSQL's processes write what they do into it. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // it ended
        }
    }
}
