package org.walarchive.cli.versions;

import java.time.Duration;
import java.util.function.Supplier;

/** Says on standard output how long the steps of a test take: what {@code ci/versions.sh} is run for. */
record Stopwatch(String test) {

    <T> T time(String step, Supplier<T> work) {
        long begun = System.nanoTime();
        T result = work.get();
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        System.out.printf("versions: %s, %s: %d.%d s%n", test, step, millis / 1000, millis % 1000 / 100);
        return result;
    }
}
