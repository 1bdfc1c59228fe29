package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.store.tck.FaultProxy;
import org.walarchive.store.tck.NetworkFault;
import org.walarchive.store.tck.NetworkFault.Ending;
import org.walarchive.store.tck.NetworkFaults;
import org.walarchive.store.tck.ProxiedRequest;

/** The whole way from the command to a service of S3, through a network that fails. */
@DisplayName("through a network that fails")
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
class S3FaultsIT {

    private static final String SEGMENT = "000000010000000000000001";
    private static final String OBJECT = "some/dir/wal_005/" + SEGMENT + ".lzo";
    private static final String TOKEN = "test-session-token";

    private static S3ProxyProcess service;
    private static CliProcess files;

    /** A segment of a real server. */
    private static Path segment;

    private FaultProxy proxy;
    private String bucket;
    private CliProcess cli;

    @BeforeAll
    static void start() throws IOException {
        service = new S3ProxyProcess();
        files = new CliProcess();
        Path directory = Files.createDirectory(files.path("wal"));
        segment = directory.resolve(SEGMENT);
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17)
                .archiveCommand("true")
                .create()) {
            server.start();
            server.execute("CREATE TABLE t AS SELECT generate_series(1, 100000) AS i");
            server.awaitArchived(server.switchWal());
            Files.copy(server.dataDirectory().resolve("pg_wal").resolve(SEGMENT), segment);
        }
        OrdinaryUser.give(directory);
    }

    @AfterAll
    static void stop() {
        files.close();
        service.close();
    }

    @BeforeEach
    void open() throws IOException {
        bucket = service.server().newBucket();
        proxy = FaultProxy.start("127.0.0.1:" + service.server().endpoint().getPort(), NetworkFaults.none());
        Map<String, String> environment = new HashMap<>(service.server().environment(bucket, proxy.port()));
        environment.put("WALARCHIVE_S3_READ_TIMEOUT", "2");
        environment.put("WALARCHIVE_S3_SSE", "none");
        environment.put("WALARCHIVE_RETRY_DEADLINE", "60");
        environment.put("WALARCHIVE_LOG_LEVEL", "debug");
        cli = new CliProcess(environment);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        cli.close();
    }

    private CliProcess.Outcome push() {
        return checked(cli.run("wal-push", segment.toString()));
    }

    private CliProcess.Outcome fetch(Path target) {
        return checked(cli.run("wal-fetch", SEGMENT, target.toString()));
    }

    private static CliProcess.Outcome checked(CliProcess.Outcome outcome) {
        for (String secret : List.of(service.server().secretKey(), TOKEN)) {
            assertFalse((outcome.log() + outcome.output()).contains(secret), "a secret was printed");
        }
        return outcome;
    }

    private static NetworkFault error(int status) {
        return new NetworkFault.Answer(status, Map.of(), "");
    }

    private static boolean puts(ProxiedRequest request) {
        return request.is("PUT", SEGMENT);
    }

    private static boolean gets(ProxiedRequest request) {
        return request.is("GET", SEGMENT);
    }

    private void requireStoredOnce() throws IOException {
        assertEquals(
                List.of(OBJECT),
                service.server().objects(bucket).stream()
                        .filter(name -> name.contains("wal_005"))
                        .toList());
        proxy.disturb(NetworkFaults.none());
        Path target = cli.path("fetched");
        fetch(target).requireSuccess();
        assertArrayEquals(Files.readAllBytes(segment), Files.readAllBytes(target));
    }

    @Test
    @DisplayName("a push goes on through errors, resets and lost replies, and the segment is stored once")
    void pushGoesOn() throws IOException {
        List<NetworkFault> faults = List.of(
                error(500),
                error(503),
                new NetworkFault.CutRequest(100_000, Ending.RESET),
                new NetworkFault.Stall(),
                new NetworkFault.LoseReply(Ending.RESET));
        AtomicLong count = new AtomicLong();
        proxy.disturb(request -> puts(request) && count.get() < faults.size()
                ? faults.get((int) count.getAndIncrement())
                : new NetworkFault.Pass());
        CliProcess.Outcome outcome = push().requireSuccess();
        assertEquals(faults.size(), count.get());
        assertTrue(outcome.log().contains("attempt=5"), outcome.log());
        requireStoredOnce();
    }

    @Test
    @DisplayName("after a lost reply the same content is success and other content is refused")
    void lostReply() throws IOException {
        proxy.disturb(NetworkFaults.first(1, S3FaultsIT::puts, new NetworkFault.LoseReply(Ending.CLOSE)));
        push().requireSuccess();
        push().requireSuccess();
        Path other = Files.createDirectory(cli.path("other")).resolve(SEGMENT);
        byte[] content = Files.readAllBytes(segment);
        content[content.length / 2] ^= 1;
        Files.write(other, content);
        OrdinaryUser.give(other.getParent());
        CliProcess.Outcome conflict = checked(cli.run("wal-push", other.toString()));
        assertNotEquals(0, conflict.status());
        assertTrue(conflict.log().contains("HINT"), conflict.log());
        requireStoredOnce();
    }

    @Test
    @DisplayName("a fetch that is cut is begun again, and what is delivered is the segment")
    void fetchGoesOn() throws IOException {
        push().requireSuccess();
        proxy.disturb(NetworkFaults.first(2, S3FaultsIT::gets, new NetworkFault.CutReplyBody(50_000, Ending.CLOSE)));
        Path target = cli.path("fetched");
        fetch(target).requireSuccess();
        assertArrayEquals(Files.readAllBytes(segment), Files.readAllBytes(target));
        assertTrue(proxy.faults() >= 2);
    }

    @Test
    @DisplayName("a fetch that keeps failing is never absence, delivers nothing, and ends when the settings say")
    void fetchGivesUp() throws IOException {
        push().requireSuccess();
        List<NetworkFault> faults = List.of(
                new NetworkFault.CutReplyBody(50_000, Ending.RESET),
                new NetworkFault.FlipReplyBit(20_000),
                new NetworkFault.Stall(),
                error(503),
                error(403),
                error(404));
        for (NetworkFault fault : faults) {
            proxy.disturb(NetworkFaults.all(S3FaultsIT::gets, fault));
            Path target = cli.path("never");
            long begin = System.nanoTime();
            CliProcess.Outcome outcome =
                    checked(cli.run(Map.of("WALARCHIVE_RETRY_DEADLINE", "3"), "wal-fetch", SEGMENT, target.toString()));
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertEquals(255, outcome.status(), () -> fault + outcome.log());
            assertFalse(Files.exists(target), fault::toString);
            assertTrue(took.compareTo(Duration.ofSeconds(45)) < 0, () -> fault + " took " + took);
        }
    }

    @Test
    @DisplayName("a push to a service that is down fails when the settings say, and says how often it tried")
    void pushGivesUp() {
        proxy.disturb(NetworkFaults.all(error(503)));
        long begin = System.nanoTime();
        CliProcess.Outcome outcome = checked(cli.run(
                Map.of("WALARCHIVE_RETRY_DEADLINE", "4", "AWS_SESSION_TOKEN", TOKEN), "wal-push", segment.toString()));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertNotEquals(0, outcome.status());
        assertTrue(outcome.log().matches("(?s).*tried \\d+ times in .*"), outcome.log());
        assertTrue(took.compareTo(Duration.ofSeconds(45)) < 0, () -> "took " + took);
        assertEquals(List.of(), service.server().objects(bucket));
    }

    @Test
    @DisplayName("the main job is done although every fourth request fails")
    void mainJob() {
        List<NetworkFault> faults = List.of(
                error(500),
                new NetworkFault.LoseReply(Ending.RESET),
                new NetworkFault.CutRequest(10_000, Ending.RESET),
                new NetworkFault.CutReply(100, Ending.CLOSE),
                error(503),
                new NetworkFault.CutReplyBody(5_000, Ending.RESET));
        AtomicLong count = new AtomicLong();
        proxy.disturb(request -> {
            long n = count.incrementAndGet();
            return n % 4 == 0 ? faults.get((int) (n / 4 % faults.size())) : new NetworkFault.Pass();
        });
        new MainJob(cli, PostgresVersion.V15).run();
        assertTrue(proxy.faults() > 10, () -> "only " + proxy.faults() + " faults");
    }
}
