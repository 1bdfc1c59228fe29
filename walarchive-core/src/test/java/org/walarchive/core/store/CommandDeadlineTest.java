package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.StoreAccessException;
import org.walarchive.store.BlobSource;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

/** The clock moves while a retry waits, and as the store's calls say; the alarm rings in the thread that moves it. */
@Timeout(60)
final class CommandDeadlineTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ArchiveFixture fixture = new ArchiveFixture();

    @AfterEach
    void nothingIsLeft() {
        assertFalse(Thread.interrupted(), "the failure stands for the flag");
        assertEquals(0, fixture.time().alarms());
    }

    private <T> T run(ArchiveStore.Command<T> command, FaultRule... rules)
            throws ArchiveException, InterruptedException {
        return fixture.archive(
                        fixture.config("lzo").commandDeadline(LIMIT), new FaultyBlobStore(fixture.memory(), rules))
                .command("reading of a", command);
    }

    /** As use cases do it. */
    private static byte[] read(ArchiveStore archive) throws ArchiveException, InterruptedException {
        try {
            return archive.read("a", 10);
        } catch (StoreException e) {
            throw ArchiveStore.failure("read of a", e);
        }
    }

    private void fill() throws Exception {
        fixture.put("a", "content".getBytes(StandardCharsets.US_ASCII));
    }

    /** The store takes as long as it is told to, whether it is interrupted or not. */
    private FaultRule.Calls slowGet() {
        return FaultRule.on(StoreOperation.GET);
    }

    private void pass() {
        fixture.time().advance(LIMIT);
    }

    @Test
    void whatEndsInTimeIsNotTouched() throws Exception {
        fill();
        assertEquals(7, run(CommandDeadlineTest::read).length);
        fixture.time().advance(LIMIT.multipliedBy(2));
    }

    @Test
    void nothingIsTriedAgainBeyondIt() {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> run(CommandDeadlineTest::read, slowGet().everyNth(1).fail(Kind.UNAVAILABLE)));
        assertTrue(fixture.waited().compareTo(LIMIT) <= 0, fixture.waited()::toString);
        assertEquals("read of a failed", e.getMessage());
        String detail = e.detail().orElseThrow();
        assertTrue(
                detail.matches(".*get a.*\\(tried \\d+ times in [0-9.]+ s; the command deadline of 5.0 s leaves no time"
                        + " for a wait of [0-9.]+ s\\)"),
                detail);
        assertEquals(CommandDeadline.HINT, e.hint().orElseThrow());
        assertEquals(Kind.UNAVAILABLE, e.kind());
    }

    @Test
    void aWaitThatTheServiceAsksForBeyondItIsNotBegun() {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> run(archive -> {
                    try {
                        return archive.retry().<Boolean, ArchiveException>call("put of a", () -> {
                            throw new StoreException(
                                    Kind.THROTTLED, "slow down", "Buy more.", null, Duration.ofSeconds(6));
                        });
                    } catch (StoreException failure) {
                        throw ArchiveStore.failure("put", failure);
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                }));
        assertEquals(
                "slow down (tried once; the command deadline of 5.0 s leaves no time for a wait of 6.0 s)",
                e.detail().orElseThrow());
        assertEquals("Buy more. " + CommandDeadline.HINT, e.hint().orElseThrow());
        assertEquals(Duration.ZERO, fixture.waited());
    }

    @Test
    void whatIsUnderWayIsEndedAndIsNoInterruptByTheUser() {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> run(
                        CommandDeadlineTest::read,
                        slowGet().call(1).fail(Kind.THROTTLED),
                        slowGet().call(2).runBefore(this::pass),
                        slowGet().call(2).fail(Kind.INTERRUPTED)));
        assertEquals("reading of a did not end within the command deadline of 5.0 s", e.getMessage());
        assertTrue(
                e.detail()
                        .orElseThrow()
                        .matches("the last failure of the store, 5.\\d* s before, was THROTTLED: .*get a.*"),
                e.detail()::toString);
        assertEquals(CommandDeadline.HINT, e.hint().orElseThrow());
        assertEquals(Kind.THROTTLED, e.kind());
    }

    @Test
    void itIsSaidWhenTheStoreHadNotFailed() {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> run(archive -> {
                    pass();
                    Thread.sleep(1);
                    return true;
                }));
        assertEquals("no call of the store had failed until then", e.detail().orElseThrow());
        assertTrue(e.retryable());
    }

    @Test
    void anInterruptThatALayerTakesForItsOwnFailureIsKnownAgain() {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> run(archive -> {
                    pass();
                    throw new LocalFileException("cannot write x", null, null, new ClosedByInterruptException());
                }));
        assertTrue(e.getMessage().contains("command deadline"), e.getMessage());
    }

    @Test
    void anotherFailureStaysWhatItIs() {
        CorruptArchiveException corrupt = new CorruptArchiveException("damaged", null, null);
        assertSame(
                corrupt,
                assertThrows(
                        CorruptArchiveException.class,
                        () -> run(archive -> {
                            pass();
                            throw corrupt;
                        })));
    }

    @Test
    void aStoreThatHeedsNoInterruptIsNotCalledAgain() throws Exception {
        fill();
        List<Integer> calls = new ArrayList<>();
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> run(
                        archive -> {
                            read(archive);
                            return read(archive);
                        },
                        slowGet().everyNth(1).runBefore(() -> {
                            calls.add(1);
                            pass();
                            Thread.interrupted();
                        })));
        assertEquals(1, calls.size());
        assertEquals(
                "the command deadline of 5.0 s has passed before the read of a",
                e.detail().orElseThrow());
    }

    @Test
    void theUsersInterruptStaysOne() {
        assertThrows(
                InterruptedException.class,
                () -> run(
                        CommandDeadlineTest::read,
                        slowGet().call(1).runBefore(() -> Thread.currentThread().interrupt()),
                        slowGet().call(1).fail(Kind.INTERRUPTED)));
        assertThrows(
                InterruptedException.class,
                () -> run(
                        CommandDeadlineTest::read,
                        slowGet()
                                .everyNth(1)
                                .runBefore(() -> Thread.currentThread().interrupt()),
                        slowGet().everyNth(1).fail(Kind.UNAVAILABLE)));
    }

    @Test
    void whatSucceededWhenTheTimeWasOverHasSucceeded() throws Exception {
        String result = run(archive -> {
            pass();
            return "durable";
        });
        assertEquals("durable", result);
    }

    @Test
    void whatHasToBeUndoneIsNotInterruptedAndMayBeTriedAgain() throws Exception {
        fill();
        assertEquals(
                7,
                run(
                                archive -> {
                                    archive.deadline().lift();
                                    pass();
                                    assertFalse(Thread.currentThread().isInterrupted());
                                    return read(archive);
                                },
                                slowGet().calls(1, 3).fail(Kind.UNAVAILABLE))
                        .length);
    }

    @Test
    void whatIsUndoneAfterwardsDoesNotHideWhyItFailed() {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> run(archive -> {
                    try {
                        pass();
                        throw new InterruptedException();
                    } finally {
                        archive.deadline().lift();
                        Thread.interrupted();
                        fixture.time().advance(LIMIT);
                        putTwice(archive);
                    }
                }));
        assertTrue(e.getMessage().contains("command deadline"), e.getMessage());
    }

    private static void putTwice(ArchiveStore archive) {
        try {
            archive.store().put("b", BlobSource.of(new byte[1]), PutMode.OVERWRITE);
            archive.store().put("b", BlobSource.of(new byte[1]), PutMode.OVERWRITE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withoutADeadlineNothingIsSet() throws Exception {
        fill();
        ArchiveStore archive = fixture.archive();
        assertSame(archive, archive.command("x", context -> {
            assertEquals(0, fixture.time().alarms());
            return context;
        }));
    }

    /** The store throttles an archive, not a command. */
    @Test
    void theLimitOfCallsIsTheArchives() throws Exception {
        fill();
        ArchiveStore archive = fixture.archive(
                fixture.config("lzo").commandDeadline(LIMIT),
                new FaultyBlobStore(fixture.memory(), slowGet().call(1).fail(Kind.THROTTLED)));
        assertSame(archive.direct(), archive.command("x", ArchiveStore::direct));
    }
}
