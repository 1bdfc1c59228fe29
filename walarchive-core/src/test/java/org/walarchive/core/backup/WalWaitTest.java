package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveEvent;
import org.walarchive.BackupName;
import org.walarchive.Progress;
import org.walarchive.ProgressListener;
import org.walarchive.StoreAccessException;
import org.walarchive.WalNotArchivedException;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

@Timeout(60)
final class WalWaitTest {

    private static final BackupName BACKUP = BackupName.parse("base_0000000200000000000000FE_00000040");
    private @Nullable ProgressListener listener;

    private static final Duration SHORT = Duration.ofMillis(20);

    /** Pages of two keys. */
    private final ArchiveFixture fixture = new ArchiveFixture(2);

    private void archived(String... names) {
        try {
            for (String name : names) {
                fixture.put("wal_005/" + name, new byte[0]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(String first, String last, Duration deadline, FaultRule... rules) throws Exception {
        new WalWait(fixture.archive(rules), new ProgressMeter(Optional.ofNullable(listener)))
                .await(
                        BACKUP,
                        WalSegmentName.parse(first),
                        WalSegmentName.parse(last),
                        WalSegmentSize.DEFAULT,
                        deadline,
                        () -> "The archiver sleeps.");
    }

    @Test
    void passesWhenAllAreThereWhicheverWayTheyAreCompressed() throws Exception {
        archived(
                "0000000200000000000000FE.lzo",
                "0000000200000000000000FF.lz4",
                "000000020000000100000000.zst",
                "000000020000000100000001.lzo");
        await("0000000200000000000000FE", "000000020000000100000001", SHORT);
        assertEquals(List.of(), fixture.events());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000200000000000000FE", "0000000200000000000000FF", "000000020000000100000001"})
    void namesTheFirstThatIsMissing(String missing) {
        for (String name : List.of(
                "0000000200000000000000FE",
                "0000000200000000000000FF",
                "000000020000000100000000",
                "000000020000000100000001")) {
            if (!name.equals(missing)) {
                archived(name + ".lzo");
            }
        }
        WalNotArchivedException e = assertThrows(
                WalNotArchivedException.class,
                () -> await("0000000200000000000000FE", "000000020000000100000001", SHORT));
        assertEquals("WAL segment " + missing + " was not archived within 0 s", e.getMessage());
        assertTrue(
                e.detail().orElseThrow().startsWith("1 of the 4 segments that backup " + BACKUP + " needs"),
                e.detail().orElseThrow());
        assertTrue(
                e.detail().orElseThrow().endsWith("The archiver sleeps."),
                e.detail().orElseThrow());
        assertTrue(e.hint().orElseThrow().contains("memory://m"), e.hint().orElseThrow());
    }

    @Test
    void whatIsNotTheSegmentItselfDoesNotCount() {
        archived(
                "0000000200000000000000FE_delta.lz4",
                "0000000200000000000000FE.gz",
                "0000000200000000000000FE.partial.lzo",
                "0000000200000000000000FE.00000028.backup.lzo",
                "0000000100000000000000FE.lzo",
                "0000000300000000000000FE.lzo",
                "0000000200000000000000FD.lzo",
                "0000000200000001000000FE.lzo",
                "sub/0000000200000000000000FE.lzo");
        WalNotArchivedException e = assertThrows(
                WalNotArchivedException.class,
                () -> await("0000000200000000000000FE", "0000000200000000000000FE", SHORT));
        assertTrue(
                e.detail().orElseThrow().startsWith("1 of the 1 "), e.detail().orElseThrow());
    }

    @Test
    void waitsForWhatComesAndTells() throws Exception {
        List<Progress> heard = new ArrayList<>();
        listener = heard::add;
        archived("0000000200000000000000FE.lzo");
        await(
                "0000000200000000000000FE",
                "0000000200000000000000FF",
                Duration.ofSeconds(30),
                FaultRule.on(StoreOperation.LIST).call(2).runBefore(() -> archived("0000000200000000000000FF.lz4")));
        assertEquals(1, fixture.events().size(), fixture.events().toString());
        ArchiveEvent.WaitingForWal waiting =
                (ArchiveEvent.WaitingForWal) fixture.events().get(0);
        assertEquals(BACKUP, waiting.backup());
        assertEquals(WalSegmentName.parse("0000000200000000000000FF"), waiting.missing());
        assertTrue(waiting.remaining().compareTo(Duration.ofSeconds(30)) <= 0);
        assertFalse(waiting.remaining().isNegative());
        OptionalLong unknown = OptionalLong.empty();
        OptionalLong two = OptionalLong.of(2);
        // between them something may be told too, as time passes
        assertEquals(new Progress(Progress.Phase.AWAIT_WAL, 0, unknown, 0, two), heard.get(0));
        assertEquals(new Progress(Progress.Phase.AWAIT_WAL, 0, unknown, 2, two), heard.get(heard.size() - 1));
    }

    @Test
    void whatWasSeenOnceIsNotAskedForAgain() throws Exception {
        archived("0000000200000000000000FE.lzo");
        await(
                "0000000200000000000000FE",
                "0000000200000000000000FF",
                Duration.ofSeconds(30),
                FaultRule.on(StoreOperation.LIST).call(2).runBefore(() -> {
                    try {
                        fixture.memory().delete(List.of("wal_005/0000000200000000000000FE.lzo"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    archived("0000000200000000000000FF.lz4");
                }));
    }

    @Test
    void aStoreThatFailsIsNoMissingWal() {
        StoreAccessException e = assertThrows(
                StoreAccessException.class,
                () -> await(
                        "0000000200000000000000FE",
                        "0000000200000000000000FE",
                        SHORT,
                        FaultRule.on(StoreOperation.LIST).everyNth(1).fail(Kind.ACCESS_DENIED)));
        assertEquals(Kind.ACCESS_DENIED, e.kind());
    }

    @Test
    void anInterruptEndsTheWait() {
        assertThrows(
                InterruptedException.class,
                () -> await(
                        "0000000200000000000000FE",
                        "0000000200000000000000FE",
                        Duration.ofMinutes(1),
                        FaultRule.on(StoreOperation.LIST).call(1).runBefore(Thread.currentThread()::interrupt)));
        assertFalse(Thread.interrupted());
    }
}
