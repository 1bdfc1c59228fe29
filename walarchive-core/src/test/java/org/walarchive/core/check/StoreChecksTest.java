package org.walarchive.core.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.check.CheckResult;
import org.walarchive.check.CheckResult.Status;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ForwardingStore;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;

/** What a store is good for, as an archive needs it. */
@DisplayName("a check of the store")
final class StoreChecksTest {

    /** By the fixture's clock, whose first put is a second later. */
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000_000);

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final Results results = new Results();

    private boolean run(Instant now, FaultRule... rules) throws InterruptedException {
        return new StoreChecks(fixture.archive(rules), () -> now, results).run();
    }

    private CheckResult result(String name) {
        return results.all().stream()
                .filter(result -> result.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(results.all()));
    }

    @Test
    void aGoodStoreIsLeftAsItWas() throws Exception {
        assertTrue(run(NOW));
        assertEquals(
                List.of(Status.OK, Status.OK, Status.OK),
                results.all().stream().map(CheckResult::status).toList());
        assertEquals(List.of(), fixture.keys(""));
    }

    @Test
    void aStoreThatCannotBeReadIsToldWithWhatToDo() throws Exception {
        assertFalse(run(NOW, FaultRule.on(StoreOperation.GET).everyNth(1).fail(Kind.ACCESS_DENIED)));
        assertEquals(Status.FAIL, result("store").status());
        assertEquals(1, results.all().size());
    }

    /** Of files, a directory that is not there: what writes would make it, and a file system that is not mounted would look like a new archive. */
    @Test
    void aPlaceThatIsNotThereIsNotMade() throws Exception {
        assertFalse(run(NOW, FaultRule.on(StoreOperation.LIST).everyNth(1).fail(Kind.NO_CONTAINER)));
        assertEquals(Status.FAIL, result("store").status());
        assertEquals(1, results.all().size());
    }

    @Test
    void aStoreThatMayNotBeWritten() throws Exception {
        assertTrue(run(NOW, FaultRule.on(StoreOperation.PUT).everyNth(1).fail(Kind.ACCESS_DENIED)));
        assertEquals(Status.FAIL, result("store-write").status());
    }

    @Test
    void aCredentialWithoutTheRightToDeleteWillDo() throws Exception {
        assertTrue(run(NOW, FaultRule.on(StoreOperation.DELETE).everyNth(1).fail(Kind.ACCESS_DENIED)));
        assertEquals(Status.OK, result("store-write").status());
        assertTrue(result("store-write").message().contains("may not delete"));
        assertEquals(1, fixture.keys("walarchive/check/").size());
    }

    @Test
    void aBitThatFlips() throws Exception {
        assertTrue(run(
                NOW,
                FaultRule.on(StoreOperation.GET)
                        .keys(key -> key.startsWith("walarchive/check/"))
                        .everyNth(1)
                        .flipBitAt(3)));
        assertEquals(Status.FAIL, result("store-write").status());
    }

    @Test
    void aListThatLacksWhatIsThere() throws Exception {
        assertTrue(run(
                NOW, FaultRule.on(StoreOperation.LIST).everyNth(1).hide(key -> key.startsWith("walarchive/check/"))));
        assertEquals(Status.FAIL, result("store-write").status());
    }

    @Test
    @DisplayName("a service that ignores the condition of a put would overwrite WAL")
    void aStoreThatOverwrites() throws Exception {
        BlobStore careless = new ForwardingStore(fixture.memory()) {
            @Override
            public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
                return super.put(key, source, PutMode.OVERWRITE);
            }
        };
        new StoreChecks(fixture.archive(fixture.config("lzo"), careless), () -> NOW, results).run();
        assertEquals(Status.FAIL, result("store-write").status());
        assertTrue(result("store-write").message().contains("overwrites"));
    }

    @Test
    void clocksThatDiffer() throws Exception {
        assertTrue(run(NOW.plus(Duration.ofMinutes(10))));
        assertEquals(Status.WARN, result("store-clock").status());
    }
}
