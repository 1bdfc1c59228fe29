package org.walarchive.core.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.walarchive.ConflictException;
import org.walarchive.StoreAccessException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.spool.BegunArchive;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;

final class KnownClusterTest {

    private static final SystemIdentifier CLUSTER = SystemIdentifier.parse("7319283746512093847");
    private static final SystemIdentifier OTHER = SystemIdentifier.parse("7319283746512093848");

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final AtomicLong nanos = new AtomicLong();
    private final KnownCluster known = new KnownCluster(nanos::get);
    private FaultyBlobStore store;

    @BeforeEach
    void archiveOfTheCluster() throws Exception {
        store = new FaultyBlobStore(fixture.memory());
        require(CLUSTER);
    }

    private void require(SystemIdentifier cluster) throws Exception {
        new ClusterIdentity(fixture.archive(fixture.config("lzo"), store))
                .require(cluster, BegunArchive::forgetful, known);
    }

    /** Somebody emptied the archive, and another cluster was the first to push. */
    private void takeOver() throws Exception {
        fixture.memory().delete(List.of(ArchiveLayout.IDENTITY));
        fixture.put(ArchiveLayout.IDENTITY, ("system_identifier=" + OTHER + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void theStoreIsNotAskedAgainForAWhile() throws Exception {
        long asked = store.calls(StoreOperation.GET);
        nanos.set(KnownCluster.BELIEVED.toNanos() - 1);
        require(CLUSTER);
        assertEquals(asked, store.calls(StoreOperation.GET));
        nanos.incrementAndGet();
        require(CLUSTER);
        assertEquals(asked + 1, store.calls(StoreOperation.GET));
    }

    @Test
    void anotherClusterIsNotKnown() {
        assertThrows(ConflictException.class, () -> require(OTHER));
    }

    @Test
    void aTakenOverArchiveIsNoticedWhenTheTimeIsOver() throws Exception {
        takeOver();
        nanos.set(KnownCluster.BELIEVED.toNanos());
        assertThrows(ConflictException.class, () -> require(CLUSTER));
        assertThrows(ConflictException.class, () -> require(CLUSTER), "a refusal is not forgotten");
    }

    @Test
    void whatIsForgottenIsAskedFor() throws Exception {
        takeOver();
        known.forget();
        assertThrows(ConflictException.class, () -> require(CLUSTER));
    }

    @Test
    void aFailureIsNotRemembered() throws Exception {
        known.forget();
        store = new FaultyBlobStore(
                fixture.memory(), FaultRule.on(StoreOperation.GET).call(1).fail(Kind.ACCESS_DENIED));
        assertThrows(StoreAccessException.class, () -> require(CLUSTER));
        require(CLUSTER);
        assertEquals(2, store.calls(StoreOperation.GET));
    }
}
