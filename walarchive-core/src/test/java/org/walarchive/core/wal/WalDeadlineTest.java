package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.StoreAccessException;
import org.walarchive.WalFetchResult;
import org.walarchive.WalPushResult;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobStore;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

/** The time of a push or fetch is over at any of its calls. */
final class WalDeadlineTest {

    private static final String NAME = "000000010000000000000029";
    private static final String KEY = "wal_005/" + NAME + ".lzo";
    private static final byte[] OLD = {1, 2, 3};
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @AfterEach
    void noInterruptIsLeft() {
        assertFalse(Thread.interrupted());
    }

    private static ArchiveStore archive(ArchiveFixture fixture, BlobStore store) {
        return fixture.archive(fixture.config("lzo").commandDeadline(LIMIT), store);
    }

    private static FaultyBlobStore passing(ArchiveFixture fixture, StoreOperation operation, int call) {
        return new FaultyBlobStore(
                fixture.memory(),
                FaultRule.on(operation)
                        .call(call)
                        .runBefore(() -> fixture.time().advance(LIMIT)));
    }

    /** Stands for a store that has lost the interrupt. */
    private static FaultyBlobStore passingUnnoticed(ArchiveFixture fixture, StoreOperation operation, int call) {
        return new FaultyBlobStore(
                fixture.memory(), FaultRule.on(operation).call(call).runBefore(() -> {
                    fixture.time().advance(LIMIT);
                    Thread.interrupted();
                }));
    }

    private WalFetchResult fetch(ArchiveStore archive) throws Exception {
        return archive.command(
                "fetch of " + NAME,
                context -> new WalFetch(context).fetch(WalFileName.parse(NAME), directory.resolve("RECOVERYXLOG")));
    }

    private static void requireOutOfTime(StoreAccessException e) {
        String all = e.getMessage() + e.detail();
        assertTrue(all.contains("the command deadline of 300.0 s"), all);
        assertTrue(e.hint().orElseThrow().contains("WALARCHIVE_COMMAND_DEADLINE"), e.hint()::toString);
        assertTrue(e.retryable());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void aPushIsEndedAtAnyCallAndTheNextOneSucceeds() throws Exception {
        Path file = SegmentBuilder.segment(NAME).in(directory);
        int ended = 0;
        for (StoreOperation operation : StoreOperation.values()) {
            for (int call = 1; call < 6; call++) {
                ArchiveFixture fixture = new ArchiveFixture();
                FaultyBlobStore store = passing(fixture, operation, call);
                try {
                    archive(fixture, store).command("archiving of " + NAME, context -> new WalPush(context).push(file));
                    assertEquals(0, store.faults(), "the end of the time went unnoticed");
                } catch (StoreAccessException e) {
                    ended++;
                    requireOutOfTime(e);
                }
                assertTrue(List.of(WalPushResult.ARCHIVED, WalPushResult.ALREADY_ARCHIVED)
                        .contains(new WalPush(fixture.archive()).push(file)));
                assertArrayEquals(Files.readAllBytes(file), SegmentBuilder.decompress("lzo", fixture.bytes(KEY)));
            }
        }
        assertTrue(ended >= 5, "ended " + ended + " times");
    }

    @Test
    void aFetchIsEndedAtAnyCallAndDeliversNothing() throws Exception {
        int ended = 0;
        for (StoreOperation operation : new StoreOperation[] {StoreOperation.GET, StoreOperation.LIST}) {
            for (int call = 1; call < 5; call++) {
                ArchiveFixture fixture = archived("wal_005/" + NAME + ".lz4", "lz4");
                Files.write(directory.resolve("RECOVERYXLOG"), OLD);
                FaultyBlobStore store = passing(fixture, operation, call);
                try {
                    assertEquals(WalFetchResult.FETCHED, fetch(archive(fixture, store)));
                    assertEquals(0, store.faults(), "the end of the time went unnoticed");
                } catch (StoreAccessException e) {
                    ended++;
                    requireOutOfTime(e);
                    assertArrayEquals(OLD, Files.readAllBytes(directory.resolve("RECOVERYXLOG")));
                    assertEquals(List.of("RECOVERYXLOG"), files());
                }
                assertEquals(WalFetchResult.FETCHED, fetch(fixture.archive()));
            }
        }
        assertTrue(ended >= 3, "ended " + ended + " times");
    }

    @Test
    void aFetchThatRanOutOfTimeNeverSaysAbsent() throws Exception {
        int ended = 0;
        for (StoreOperation operation : new StoreOperation[] {StoreOperation.GET, StoreOperation.LIST}) {
            for (int call = 1; call < 4; call++) {
                ArchiveFixture fixture = archived("wal_005/0000000100000000000000FF.lzo", "lzo");
                for (FaultyBlobStore store :
                        List.of(passing(fixture, operation, call), passingUnnoticed(fixture, operation, call))) {
                    try {
                        assertEquals(WalFetchResult.ABSENT, fetch(archive(fixture, store)));
                        assertEquals(0, store.faults(), "the end of the time went unnoticed");
                    } catch (StoreAccessException e) {
                        ended++;
                        requireOutOfTime(e);
                    }
                }
            }
        }
        assertTrue(ended >= 6, "ended " + ended + " times");
    }

    private static ArchiveFixture archived(String key, String extension) throws IOException {
        ArchiveFixture fixture = new ArchiveFixture();
        fixture.put(
                "walarchive/identity.properties",
                ("system_identifier=" + SegmentBuilder.CLUSTER + "\n").getBytes(StandardCharsets.US_ASCII));
        fixture.put(
                key,
                SegmentBuilder.compress(extension, SegmentBuilder.segment(NAME).bytes()));
        return fixture;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
