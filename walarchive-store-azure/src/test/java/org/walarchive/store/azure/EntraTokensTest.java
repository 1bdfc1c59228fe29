package org.walarchive.store.azure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.store.azure.EntraFixture.clientSecret;
import static org.walarchive.store.azure.EntraFixture.failure;
import static org.walarchive.store.azure.EntraFixture.get;
import static org.walarchive.store.azure.EntraFixture.tokens;

import com.azure.core.credential.TokenRequestContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.store.StoreException.Kind;

/** When a token is kept, renewed, and who asks. */
@Timeout(120)
class EntraTokensTest {

    private static final String TOKEN = "{\"access_token\":\"t1\",\"expires_in\":3600}";

    private final ManualClock clock = new ManualClock();
    private TokenServer server;
    private EntraTokens tokens;

    @BeforeEach
    void start() throws IOException {
        server = new TokenServer();
        tokens = tokens(clientSecret(server), clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tokenIsKeptUntilFiveMinutesBeforeItExpires() {
        server.token("t1", 3600).token("t2", 3600);

        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofMinutes(55).minusSeconds(1));
        assertEquals("t1", get(tokens));
        assertEquals(1, server.received().size());
        clock.advance(Duration.ofSeconds(1));
        assertEquals("t2", get(tokens));
        assertEquals(2, server.received().size());
    }

    @Test
    void tokenThatLivesLongIsRenewedAtHalfItsLife() {
        server.token("t1", 86400).token("t2", 86400);

        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofHours(12).minusSeconds(1));
        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("t2", get(tokens));
    }

    @Test
    void issuerMaySayWhenToRenew() {
        server.answer(200, "{\"access_token\":\"t1\",\"expires_in\":3600,\"refresh_in\":\"1000\"}")
                .token("t2", 3600);

        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofSeconds(999));
        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("t2", get(tokens));
    }

    @Test
    void tokenThatSeemsExpiredServesForAWhile() {
        server.answer(200, "{\"access_token\":\"t1\",\"expires_on\":1}").token("t2", 3600);

        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofSeconds(59));
        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("t2", get(tokens));
    }

    @Test
    void oldTokenServesWhileRenewalFailsForAPassingReason() {
        server.token("t1", 3600).answer(503, "").answer(500, "").token("t2", 3600);
        get(tokens);

        clock.advance(Duration.ofMinutes(56));
        assertEquals("t1", get(tokens));
        assertEquals("t1", get(tokens));
        assertEquals(2, server.received().size(), "not tried again at once");
        clock.advance(Duration.ofSeconds(30));
        assertEquals("t1", get(tokens));
        assertEquals(3, server.received().size());
        clock.advance(Duration.ofSeconds(30));
        assertEquals("t2", get(tokens));
    }

    @Test
    void renewalWaitsAsLongAsTheIssuerAsks() {
        server.token("t1", 3600).answer(429, "", Map.of("Retry-After", "120")).token("t2", 3600);
        get(tokens);

        clock.advance(Duration.ofMinutes(56));
        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofSeconds(119));
        assertEquals("t1", get(tokens));
        assertEquals(2, server.received().size());
        clock.advance(Duration.ofSeconds(1));
        assertEquals("t2", get(tokens));
    }

    @Test
    void oldTokenDoesNotServeAfterItsEnd() {
        server.token("t1", 3600).answer(503, "").answer(503, "");
        get(tokens);

        clock.advance(Duration.ofSeconds(3569));
        assertEquals("t1", get(tokens));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(Kind.UNAVAILABLE, failure(tokens).kind());
        assertEquals(3, server.received().size());
    }

    @Test
    void refusalOfARenewalIsSaid() {
        server.token("t1", 3600).answer(401, "{\"error\":\"invalid_client\"}");
        get(tokens);

        clock.advance(Duration.ofMinutes(56));
        assertEquals(Kind.ACCESS_DENIED, failure(tokens).kind());
    }

    @Test
    void scopesHaveTokensOfTheirOwn() {
        server.token("t1", 3600).token("t2", 3600);

        assertEquals("t1", get(tokens));
        assertEquals(
                "t2",
                tokens.getTokenSync(new TokenRequestContext().addScopes("https://other/.default"))
                        .getToken());
        assertEquals("t1", get(tokens));
    }

    @Test
    void manyThreadsAskOnce() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.answerAfter(gate, 200, TOKEN);

        for (String token : together(8, gate, () -> get(tokens))) {
            assertEquals("t1", token);
        }
        assertEquals(1, server.received().size());
    }

    @Test
    void threadsThatWaitedShareAFailure() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.answerAfter(gate, 401, "{\"error\":\"invalid_client\"}").token("t2", 3600);

        for (Kind kind : together(8, gate, () -> failure(tokens).kind())) {
            assertEquals(Kind.ACCESS_DENIED, kind);
        }
        assertEquals(1, server.received().size());
        assertEquals("t2", get(tokens), "and it is not kept for later ones");
    }

    @Test
    void othersUseTheOldTokenDuringRenewal() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.token("t1", 3600).answerAfter(gate, 200, "{\"access_token\":\"t2\",\"expires_in\":3600}");
        get(tokens);
        clock.advance(Duration.ofMinutes(56));
        FutureTask<String> renewing = new FutureTask<>(() -> get(tokens));
        Thread thread = new Thread(renewing);
        thread.start();
        while (server.received().size() < 2) {
            Thread.onSpinWait();
        }

        assertEquals("t1", get(tokens));
        gate.countDown();
        assertEquals("t2", renewing.get());
        assertEquals("t2", get(tokens));
        assertEquals(2, server.received().size());
    }

    @Test
    void interruptEndsWhoAsksAndWhoWaits() throws Exception {
        server.stall();
        FutureTask<TokenException> asking = interrupted();
        Thread asker = new Thread(asking);
        asker.start();
        server.awaitRequest();
        FutureTask<TokenException> waiting = interrupted();
        Thread waiter = new Thread(waiting);
        waiter.start();
        awaitState(waiter);

        waiter.interrupt();
        assertEquals(Kind.INTERRUPTED, waiting.get().kind());
        asker.interrupt();
        assertEquals(Kind.INTERRUPTED, asking.get().kind());
    }

    @Test
    void whoWaitsForOneThatIsInterruptedAsksItself() throws Exception {
        server.stall().token("t2", 3600);
        FutureTask<TokenException> asking = interrupted();
        Thread asker = new Thread(asking);
        asker.start();
        server.awaitRequest();
        FutureTask<String> waiting = new FutureTask<>(() -> get(tokens));
        Thread waiter = new Thread(waiting);
        waiter.start();
        awaitState(waiter);

        asker.interrupt();
        assertEquals("t2", waiting.get());
        assertEquals(Kind.INTERRUPTED, asking.get().kind());
    }

    private FutureTask<TokenException> interrupted() {
        return new FutureTask<>(() -> {
            TokenException failure = failure(tokens);
            assertTrue(Thread.currentThread().isInterrupted(), "flag is set");
            return failure;
        });
    }

    private static void awaitState(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    /** Runs a call in many threads, of which one asks and the others wait, and then lets the answer go. */
    private <T> List<T> together(int count, CountDownLatch gate, Callable<T> call) throws Exception {
        List<Thread> threads = new ArrayList<>();
        ExecutorService pool = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            threads.add(thread);
            return thread;
        });
        try {
            List<Future<T>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(pool.submit(call));
            }
            server.awaitRequest();
            // The one that asks waits with a time-out.
            while (threads.stream()
                            .filter(thread -> thread.getState() == Thread.State.WAITING)
                            .count()
                    < count - 1) {
                Thread.onSpinWait();
            }
            gate.countDown();
            List<T> values = new ArrayList<>();
            for (Future<T> result : results) {
                values.add(result.get());
            }
            return values;
        } finally {
            pool.shutdownNow();
        }
    }
}
