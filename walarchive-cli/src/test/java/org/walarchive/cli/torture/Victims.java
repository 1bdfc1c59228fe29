package org.walarchive.cli.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    /**
     * Waits for a child of a server, or a child's child, and kills it with all below it.
     *
     * @return whether one came in time
     */
    static boolean kill(PostgresServer server, String words, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        do {
            Optional<ProcessHandle> found = server.processes().stream()
                    .filter(process -> commandLine(process).contains(words))
                    .findFirst();
            if (found.isPresent()) {
                List<ProcessHandle> all =
                        Stream.concat(found.stream(), found.get().descendants()).toList();
                all.forEach(ProcessHandle::destroyForcibly);
                return true;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() < end);
        return false;
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
