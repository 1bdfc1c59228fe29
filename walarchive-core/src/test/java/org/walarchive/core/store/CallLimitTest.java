package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.core.store.CallLimit.Call;
import org.walarchive.core.store.CallLimit.Outcome;

@Timeout(60)
final class CallLimitTest {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private final RecordingLogger log = new RecordingLogger();
    private final CallLimit limit = new CallLimit(LONGEST_WAIT, time, log);

    private List<Call> begin(int calls) throws InterruptedException {
        List<Call> begun = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            begun.add(limit.begin());
        }
        return begun;
    }

    private void end(List<Call> calls, Outcome outcome) {
        calls.forEach(call -> limit.end(call, outcome, Optional.empty()));
    }

    private void end(Call call, Outcome outcome, int retryAfterSeconds) {
        limit.end(call, outcome, Optional.of(Duration.ofSeconds(retryAfterSeconds)));
    }

    private void answer(int calls) throws InterruptedException {
        for (int i = 0; i < calls; i++) {
            end(begin(1), Outcome.ANSWERED);
        }
    }

    @Test
    void thereIsNoLimitUntilTheStoreThrottles() throws Exception {
        List<Call> begun = begin(1000);
        end(begun.subList(0, 500), Outcome.ANSWERED);
        end(begun.subList(500, 1000), Outcome.FAILED);
        assertEquals(1000, begin(1000).size());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void aBurstHalvesWhatWasUnderWayOnce() throws Exception {
        end(begin(16), Outcome.THROTTLED);
        assertEquals(8, limit.allowed());
        end(begin(8), Outcome.THROTTLED);
        assertEquals(4, limit.allowed());
        assertEquals(
                List.of(
                        "WARN under_way=16 limit=8 the store asks to slow down: of 16 calls at once, 8 are allowed for now"),
                log.lines());
    }

    @Test
    void theLastOfABurstMayBeTheOneThatIsThrottled() throws Exception {
        List<Call> begun = begin(10);
        end(begun.subList(0, 9), Outcome.ANSWERED);
        end(begun.subList(9, 10), Outcome.THROTTLED);
        assertEquals(5, limit.allowed());
    }

    @Test
    void aCallOfAnEarlierRoundCountsNoMore() throws Exception {
        List<Call> begun = begin(8);
        end(begun.subList(0, 1), Outcome.THROTTLED);
        end(begun.subList(1, 6), Outcome.ANSWERED);
        answer(4 * CallLimit.ANSWERS_PER_STEP - 1);
        assertEquals(4, limit.allowed());
        answer(1);
        assertEquals(5, limit.allowed());
        end(begun.subList(6, 8), Outcome.THROTTLED);
        assertEquals(5, limit.allowed());
    }

    @Test
    void oneCallIsAlwaysAllowed() throws Exception {
        for (int i = 0; i < 10; i++) {
            end(begin(1), Outcome.THROTTLED);
            assertEquals(1, limit.allowed());
        }
        assertEquals(1, log.lines().size());
    }

    @Test
    void answersRaiseTheLimitSlowlyUntilItIsOver() throws Exception {
        end(begin(4), Outcome.THROTTLED);
        assertEquals(2, limit.allowed());
        answer(2 * CallLimit.ANSWERS_PER_STEP - 1);
        assertEquals(2, limit.allowed());
        answer(1);
        assertEquals(3, limit.allowed());
        answer(3 * CallLimit.ANSWERS_PER_STEP);
        assertEquals(4, limit.allowed());
        assertEquals(1, log.lines().size());
        answer(4 * CallLimit.ANSWERS_PER_STEP);
        assertEquals(Integer.MAX_VALUE, limit.allowed());
        assertEquals(
                "INFO the store keeps up again: calls are not limited any more",
                log.lines().get(1));
        end(begin(4), Outcome.THROTTLED);
        assertEquals(3, log.lines().size(), "it begins anew");
    }

    @Test
    void failuresNeitherRaiseNorLower() throws Exception {
        end(begin(4), Outcome.THROTTLED);
        for (int i = 0; i < 100; i++) {
            end(begin(2), Outcome.FAILED);
        }
        assertEquals(2, limit.allowed());
    }

    @Test
    void theServicesWaitHoldsBackEveryCall() throws Exception {
        List<Call> begun = begin(2);
        end(begun.get(0), Outcome.THROTTLED, 17);
        end(begun.get(1), Outcome.THROTTLED, 3);
        assertEquals(List.of(), time.sleeps());
        end(begin(1), Outcome.ANSWERED);
        assertEquals(List.of(Duration.ofSeconds(17)), time.sleeps());
        end(begin(1), Outcome.ANSWERED);
        assertEquals(1, time.sleeps().size());
        assertEquals(0, limit.queuedNanos(), "the service asked for it");
    }

    @Test
    void aLaterWaitCountsFromItsOwnAnswer() throws Exception {
        List<Call> begun = begin(2);
        end(begun.get(0), Outcome.THROTTLED, 17);
        time.advance(Duration.ofSeconds(10));
        end(begun.get(1), Outcome.FAILED, 20);
        begin(1);
        assertEquals(List.of(Duration.ofSeconds(20)), time.sleeps());
    }

    @Test
    void noServiceHoldsCallsBackForLongerThanTheBound() throws Exception {
        end(begin(1).get(0), Outcome.THROTTLED, Integer.MAX_VALUE);
        begin(1);
        assertEquals(List.of(LONGEST_WAIT), time.sleeps());
    }

    @Test
    void anInterruptEndsTheHoldAndTakesNoTurn() throws Exception {
        end(begin(1).get(0), Outcome.THROTTLED, 5);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, limit::begin);
        time.advance(Duration.ofSeconds(5));
        end(begin(1), Outcome.ANSWERED);
        assertEquals(1, limit.allowed());
    }

    /** As a partition that is being uploaded for an hour, or a store that hangs. */
    @Test
    void noCallWaitsForAnotherForEver() throws Exception {
        CallLimit impatient = new CallLimit(Duration.ofMillis(20), time, log);
        impatient.end(impatient.begin(), Outcome.THROTTLED, Optional.empty());
        assertEquals(1, impatient.allowed());
        Call hanging = impatient.begin();
        Call next = impatient.begin();
        assertEquals(2, next.atOnce());
        impatient.end(next, Outcome.THROTTLED, Optional.empty());
        impatient.end(hanging, Outcome.ANSWERED, Optional.empty());
        assertEquals(1, impatient.allowed());
    }

    @Test
    void whoHasWaitedAsTheServiceAskedIsNotHeldBackAgainAndAgain() throws Exception {
        List<Call> begun = begin(2);
        end(begun.get(0), Outcome.THROTTLED, 40);
        time.alarm(Duration.ofSeconds(39), () -> end(begun.get(1), Outcome.THROTTLED, 40));
        begin(1);
        assertEquals(List.of(Duration.ofSeconds(40), Duration.ofSeconds(20)), time.sleeps());
    }
}
