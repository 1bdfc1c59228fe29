package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveConfig;
import org.walarchive.WalArchive;
import org.walarchive.core.testing.Await;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** Memory that does not suffice, somewhere between the start of Java and the end of the work. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class OutOfMemoryIT {

    private static final String HEAP = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx";
    private static final int STOP_RECOVERY = 255;
    private static final int SEGMENTS = 24;

    private final CliProcess cli = new CliProcess();
    private final Path ground = cli.path("ground");
    private PostgresServer server;

    @BeforeAll
    void makeCluster() {
        server = PostgresServer.builder(PostgresVersion.V17)
                .walSegmentMegabytes(1)
                .create();
    }

    @AfterAll
    void close() {
        server.close();
        cli.close();
    }

    private FaultedCommand command(Victim victim) {
        return victim.on(cli, ground, server.dataDirectory());
    }

    private CliProcess.Outcome run(FaultedCommand command, String options) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("WALE_FILE_PREFIX", command.location());
        environment.put("WALARCHIVE_JAVA_OPTS", options);
        return cli.run(environment, command.arguments().toArray(String[]::new));
    }

    /** The heaps end at the start of Java, in the middle, and near the end of the work. */
    @ParameterizedTest
    @CsvSource({
        "WAL_PUSH, 2048 2560 3072",
        "WAL_FETCH, 2048 2560 3072",
        "BACKUP_PUSH, 2048 2560 3072",
        "BACKUP_FETCH, 3072 6144 9216",
        "VERIFY, 2048 3072 4096",
    })
    @DisplayName("where the heap is too small, no command reports what it has not done, nor absence")
    void heap(Victim victim, String kilobytes) throws Exception {
        FaultedCommand command = command(victim);
        int failed = 0;
        for (String heap : kilobytes.split(" ")) {
            command.begin();
            CliProcess.Outcome outcome = run(command, HEAP + heap + "k");
            System.out.printf("memory: %s with %s kB: exit code %d%n", victim, heap, outcome.status());
            require(command, victim, outcome);
            failed += outcome.log().contains("out of memory") ? 1 : 0;
        }
        assertTrue(failed > 0 || !needsBuffers(victim), "every heap suffices");
    }

    /** Of the others, Java's own smallest heap may be enough. */
    private static boolean needsBuffers(Victim victim) {
        return victim == Victim.BACKUP_FETCH || victim == Victim.VERIFY;
    }

    private static void require(FaultedCommand command, Victim victim, CliProcess.Outcome outcome) throws Exception {
        try {
            command.requireTruth(outcome);
            if (outcome.status() != 0) {
                assertFalse((outcome.log() + outcome.output()).isBlank(), "no message");
                assertTrue(victim != Victim.WAL_FETCH || outcome.status() == STOP_RECOVERY, "absence");
            }
            command.again();
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "\nexit code " + outcome.status() + "\n" + outcome.output() + outcome.log(), e);
        }
    }

    @ParameterizedTest
    @CsvSource({"WAL_PUSH, 400", "WAL_PUSH, 1500", "WAL_FETCH, 400", "WAL_FETCH, 1500"})
    @DisplayName("where the system gives no memory, a segment is not archived, and not absent either")
    void addressSpace(Victim victim, int megabytes) throws Exception {
        FaultedCommand command = command(victim);
        command.begin();
        cli.under(List.of("prlimit", "--as=" + ((long) megabytes << 20)));
        try {
            CliProcess.Outcome outcome = run(command, HEAP + "256m");
            System.out.printf("memory: %s in %d MB: exit code %d%n", victim, megabytes, outcome.status());
            require(command, victim, outcome);
        } finally {
            cli.under(List.of());
        }
    }

    @Test
    @DisplayName("an object that wants more than the heap is no absent one")
    void hungryObject() throws Exception {
        FaultedCommand command = command(Victim.WAL_FETCH);
        command.begin();
        Path object = ground.resolve("archive/wal_005").resolve(FaultedWal.SEGMENT + ".lzo");
        byte[] content = command.archived(FaultedWal.SEGMENT).orElseThrow();
        Files.delete(object);
        Path hungry = object.resolveSibling(FaultedWal.SEGMENT + ".zst");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(hungry), 1).setLong(27)) {
            out.write(content);
        }
        OrdinaryUser.give(hungry);
        CliProcess.Outcome outcome = run(command, HEAP + "3m");
        System.out.printf("memory: a window of 128 MB: exit code %d%n", outcome.status());
        assertEquals(STOP_RECOVERY, outcome.status(), outcome.log());
        assertTrue(outcome.log().contains("out of memory"), outcome.log());
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 8, 10})
    @DisplayName("an agent whose heap is too small ends, or goes on and acknowledges only what is durable")
    void agent(int megabytes) throws Exception {
        Path wal = cli.path("wal" + megabytes);
        Files.createDirectories(wal.resolve("archive_status"));
        String prefix = "file://localhost" + cli.path("agent" + megabytes);
        for (int number = 1; number <= SEGMENTS; number++) {
            MadeSegment.write(wal, number);
            Files.createFile(wal.resolve("archive_status/" + MadeSegment.name(number) + ".ready"));
        }
        OrdinaryUser.give(wal);
        Map<String, String> environment = new TreeMap<>(Map.of("WALE_FILE_PREFIX", prefix));
        environment.put("WALARCHIVE_JAVA_OPTS", HEAP + megabytes + "m");
        CliProcess.Running agent = cli.start(environment, "agent", "-p", "16", "--prefetch", "0", wal.toString());
        Path socket = SocketClient.socket(wal);
        Await.until(
                "the agent serves, or has ended",
                Duration.ofSeconds(120),
                () -> Files.exists(socket) || !agent.process().isAlive());
        ask(wal, socket, cli.path("agent" + megabytes).resolve("wal_005"));
        boolean served = agent.process().isAlive();
        agent.process().descendants().forEach(ProcessHandle::destroy);
        agent.process().destroy();
        CliProcess.Outcome outcome = agent.await();
        System.out.printf("memory: agent with %d MB: %s, exit code %d%n", megabytes, served, outcome.status());
        try (WalArchive opened = WalArchive.open(ArchiveConfig.builder(prefix).build())) {
            for (int number = 1; number <= SEGMENTS; number++) {
                opened.wal().push(wal.resolve(MadeSegment.name(number)));
            }
        }
    }

    /** Asks for all at once. Nobody waits for long, and what is acknowledged is there. */
    private void ask(Path wal, Path socket, Path objects) throws Exception {
        SocketClient client = new SocketClient(cli);
        List<Process> clients = new ArrayList<>();
        for (int number = 1; number <= SEGMENTS; number++) {
            clients.add(client.start(OrdinaryUser.command(List.of()), socket, "F", MadeSegment.name(number)));
        }
        for (int number = 1; number <= SEGMENTS; number++) {
            Process asked = clients.get(number - 1);
            assertTrue(asked.waitFor(200, TimeUnit.SECONDS), "a client waits");
            String name = MadeSegment.name(number);
            if (asked.exitValue() == 0
                    || Files.exists(wal.resolve(".walarchive/archived").resolve(name))) {
                assertTrue(Files.exists(objects.resolve(name + ".lzo")), () -> name + " was acknowledged");
            }
        }
    }
}
