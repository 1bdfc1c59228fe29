package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/**
 * Whatever call of the kernel fails that has to do with the archive, the restored directory or the WAL's: a message with a hint, or
 * success that is true, and all is well when the fault is gone. A few calls here, all with {@code -Dwalarchive.faults=all} and, as those of a restore take
 * long, {@code -Djunit.jupiter.execution.timeout.mode=disabled}; one, as a failure names it, with {@code -Dwalarchive.faults="openat 12 EIO"}; of one command with {@code -Dwalarchive.faults.of=WAL_PUSH}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class EveryWriteIT {

    private static final String WHICH = System.getProperty("walarchive.faults", "some");
    private static final String OF = System.getProperty("walarchive.faults.of", "");
    private static final long SEED = Long.getLong("walarchive.faults.seed", 2026);

    /** Of the quick ones there can be more. */
    private static final Map<Victim, Integer> SAMPLES = Map.of(Victim.WAL_PUSH, 12, Victim.WAL_PREFETCH, 4);

    /** What is longer away than a file store takes for litter. */
    private static final Duration AGO = Duration.ofHours(2);

    private final CliProcess cli = new CliProcess();
    private final Path ground = cli.path("ground");
    private PostgresServer server;
    private FaultyJava java;
    private int records;

    @BeforeAll
    void makeCluster() throws IOException {
        assumeTrue(SystemCalls.canBeRecorded(), "needs strace");
        java = new FaultyJava(cli.path("java"));
        server = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create();
    }

    @AfterAll
    void close() {
        if (server != null) {
            server.close();
        }
        cli.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VERIFY")
    @Timeout(1400)
    @DisplayName(
            "a command whose call of the kernel fails says so or has done its work, and does it when the fault is gone")
    void anyCall(Victim victim) throws Exception {
        assumeTrue(OF.isEmpty() || OF.equals(victim.name()), "only " + OF);
        FaultedCommand command = victim.on(cli, ground, server.dataDirectory());
        List<FaultPoint> points = points(command);
        assertTrue(points.size() > 20, () -> "only " + points);
        List<FaultPoint> chosen = chosen(points);
        int sample = WHICH.equals("some") ? Math.min(chosen.size(), SAMPLES.getOrDefault(victim, 8)) : chosen.size();
        List<String> failures = new ArrayList<>();
        int hits = 0;
        int tried = 0;
        // which thread makes which call differs: of those that do not come to pass others take the place
        for (FaultPoint point : chosen.subList(0, Math.min(chosen.size(), 3 * sample))) {
            if (tried >= sample && hits >= sample / 2) {
                break;
            }
            tried++;
            try {
                hits += hit(command, point) ? 1 : 0;
            } catch (AssertionError e) {
                System.out.printf("faults: %s: %s: %s%n", victim, point, e.getMessage());
                failures.add(point + ": " + e.getMessage());
            }
        }
        System.out.printf("faults: %s: %d points, %d tried, %d hit%n", victim, points.size(), tried, hits);
        assertEquals(List.of(), failures);
        assertTrue(hits >= sample / 2, "only " + hits + " of " + tried + " came to pass");
    }

    /** What the command does where nothing fails. */
    private List<FaultPoint> points(FaultedCommand command) throws Exception {
        Path record = newRecord();
        command.begin();
        CliProcess.Outcome outcome = command.run(environment(command, FaultPoint.recording(), record), record)
                .requireSuccess();
        command.requireTruth(outcome);
        assertEquals(List.of(), leftOver());
        command.again();
        return FaultPoint.in(record, ground);
    }

    /** Each kind of call once before any comes again. */
    private static List<FaultPoint> chosen(List<FaultPoint> points) {
        if (!WHICH.equals("some")) {
            return points.stream()
                    .filter(point -> WHICH.equals("all") || WHICH.equals(point.toString()))
                    .toList();
        }
        List<FaultPoint> shuffled = new ArrayList<>(points);
        Collections.shuffle(shuffled, new Random(SEED));
        Map<String, Integer> seen = new HashMap<>();
        Map<FaultPoint, Integer> turn = new HashMap<>();
        shuffled.forEach(point -> turn.put(point, seen.merge(point.call(), 1, Integer::sum)));
        return shuffled.stream().sorted(Comparator.comparing(turn::get)).toList();
    }

    /** Lets a call fail and looks at what comes of it; tells whether it was one that has to do with us. */
    private boolean hit(FaultedCommand command, FaultPoint point) throws Exception {
        Path record = newRecord();
        command.begin();
        Map<String, String> before = command.contents("data");
        CliProcess.Outcome outcome = command.run(environment(command, point.injection(), record), record);
        List<String> injected = FaultPoint.injected(record, ground);
        try {
            if (injected.isEmpty()) {
                return false;
            }
            if (outcome.status() != 0 && !FaultPoint.tookWords(record)) {
                requireMessage(command, outcome);
            }
            command.requireTruth(outcome);
            if (command instanceof FaultedBackup) {
                assertEquals(before, command.contents("data"), "the source");
            }
            List<Path> leftOver = leftOver();
            assertTrue(leftOver.isEmpty() || point.hindersRemoval(), () -> "left over: " + leftOver);
            for (Path file : leftOver) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(AGO)));
            }
            command.again();
            assertEquals(List.of(), leftOver());
            return true;
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "\ninjected: " + injected + "\nexit code " + outcome.status() + "\n"
                            + outcome.log(),
                    e);
        }
    }

    private static void requireMessage(FaultedCommand command, CliProcess.Outcome outcome) {
        String error = outcome.log().substring(Math.max(0, outcome.log().indexOf(" ERROR ")));
        assertTrue(error.contains("HINT"), "no hint");
        assertTrue(error.contains(command.ground.toString()), "not named");
    }

    private Path newRecord() {
        return cli.path("record" + ++records);
    }

    private Map<String, String> environment(FaultedCommand command, List<String> options, Path record)
            throws IOException {
        Map<String, String> environment = new TreeMap<>(java.with(options, record));
        environment.put("WALE_FILE_PREFIX", command.location());
        environment.put("WALARCHIVE_RETRY_DEADLINE", "0");
        return environment;
    }

    /** Returns our temporary files. */
    private List<Path> leftOver() throws IOException {
        try (Stream<Path> files = Files.walk(ground)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> file.toString().contains("/.walarchive-tmp/")
                            || file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }
}
