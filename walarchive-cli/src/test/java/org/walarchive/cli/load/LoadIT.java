package org.walarchive.cli.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.cli.job.S3ProxyProcess;
import org.walarchive.cli.job.S3Server;

/** Under load, with trouble each minute, nothing is lost and nothing grows: for some seconds here, for an hour by {@code ci/load.sh}. */
@DisplayName("under load")
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class LoadIT {

    private static final long SEED = Long.getLong("walarchive.load.seed", 2026);
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("walarchive.load.seconds", 8));
    private static final Duration BEAT = Duration.ofSeconds(Math.min(60, LENGTH.toSeconds() / 2));

    /** So long does it take until all that is loaded late is loaded, and all buffers have their size. */
    private static final Duration WARM_UP = Duration.ofMinutes(5);

    private static final String MINIO = "WALARCHIVE_TEST_MINIO";

    private final List<Usage> usages = new ArrayList<>();
    private final CountDownLatch ending = new CountDownLatch(1);
    private final long begun = System.nanoTime();
    private int backups;
    private int failedBackups;

    @Test
    @DisplayName("nothing is lost, and what the agent holds does not grow")
    void nothingIsLostAndNothingGrows() throws Exception {
        if (System.getenv(MINIO) != null) {
            run(S3Server.ofVariable(MINIO));
        } else {
            try (S3ProxyProcess proxy = new S3ProxyProcess()) {
                run(proxy.server());
            }
        }
    }

    private void run(S3Server s3) throws IOException, InterruptedException, ExecutionException {
        Path table = Path.of("target", "load.tsv");
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try (LoadedServer loaded = LoadedServer.start(s3);
                PrintStream out = new PrintStream(table.toFile(), StandardCharsets.US_ASCII)) {
            out.println(
                    "seconds\ttrouble\tcommits\tsegments\twaiting\tresident_kib\theap_kib\tthreads\tfiles\tsockets\tfaults");
            Future<?> caretaker = beside.submit(() -> takeBackups(loaded));
            trouble(loaded, out);
            ending.countDown();
            caretaker.get();
            long acknowledged = loaded.commits();
            loaded.requireWhole();
            System.out.printf(
                    "load: seed %d: %d s, %d commits, %d faults, %d base backups and %d that failed; all is there%n",
                    SEED, elapsed().toSeconds(), acknowledged, loaded.network().faults(), backups, failedBackups);
            assertTrue(loaded.network().faults() > 0, "no trouble came to pass");
        } finally {
            ending.countDown();
            beside.shutdown();
        }
        requireFlat();
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Something goes wrong at each beat; each kind once before any comes again. */
    private void trouble(LoadedServer loaded, PrintStream out) throws InterruptedException {
        List<Trouble> all = Arrays.asList(Trouble.values());
        long first = System.nanoTime();
        for (int beat = 0; BEAT.multipliedBy(beat).compareTo(LENGTH) < 0; beat++) {
            List<Trouble> order = new ArrayList<>(all);
            Collections.shuffle(order, new Random(SEED + beat / all.size()));
            Trouble trouble = order.get(beat % all.size());
            trouble.on(loaded, new Random(SEED * 31 + beat), BEAT.dividedBy(2));
            long rest = first + BEAT.multipliedBy(beat + 1).toNanos() - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(rest);
            note(loaded, out, trouble);
        }
    }

    private void note(LoadedServer loaded, PrintStream out, Trouble trouble) {
        Usage usage = loaded.usage();
        if (elapsed().compareTo(WARM_UP) > 0) {
            usages.add(usage);
        }
        out.printf(
                "%d\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d%n",
                elapsed().toSeconds(),
                trouble,
                loaded.commits(),
                loaded.segments(),
                loaded.waiting(),
                usage.residentKib(),
                usage.liveHeapKib(),
                usage.threads(),
                usage.files(),
                usage.sockets(),
                loaded.network().faults());
        out.flush();
    }

    /** One base backup after the other, until it is told to end; trouble may fail some. */
    private @Nullable Void takeBackups(LoadedServer loaded) throws InterruptedException {
        do {
            if (loaded.backup().await().status() == 0) {
                backups++;
                loaded.retain(2);
            } else {
                failedBackups++;
            }
        } while (!ending.await(BEAT.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS));
        return null;
    }

    /** The second half of a long run holds no more than the first. */
    private void requireFlat() {
        int half = usages.size() / 2;
        if (half == 0) {
            return;
        }
        Usage before = most(usages.subList(0, half));
        Usage after = most(usages.subList(half, usages.size()));
        System.out.println("load: the agent held at most " + before + ", then " + after);
        assertTrue(after.liveHeapKib() <= before.liveHeapKib() * 5 / 4 + 2048, "the heap grows");
        assertTrue(after.residentKib() <= before.residentKib() * 5 / 4, "the memory grows");
        assertTrue(after.threads() <= before.threads() + 4, "the threads grow");
        assertTrue(after.files() <= before.files() + 8, "the files grow");
        assertTrue(after.sockets() <= before.sockets() + 8, "the sockets grow");
    }

    private static Usage most(List<Usage> all) {
        return new Usage(
                all.stream().mapToLong(Usage::residentKib).max().orElseThrow(),
                all.stream().mapToLong(Usage::liveHeapKib).max().orElseThrow(),
                all.stream().mapToInt(Usage::threads).max().orElseThrow(),
                all.stream().mapToInt(Usage::files).max().orElseThrow(),
                all.stream().mapToInt(Usage::sockets).max().orElseThrow());
    }
}
