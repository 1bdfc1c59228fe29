package org.walarchive.core.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.walarchive.ArchiveException;
import org.walarchive.core.faults.StoreFault.Effect;
import org.walarchive.core.faults.UseCase.Claim;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;

/**
 * Every fault of a store against every use case. Either it succeeds, and what it says is true; or it fails, and says what and where. Whichever it is, nothing
 * is overwritten, nothing is lost, no half of anything lies on the disk, and once the store works the same use case succeeds.
 */
@Timeout(60)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class StoreFaultMatrixTest {

    /** Each restore and base backup syncs its files: a third of their cells are tried unless all are asked for. */
    private static final Set<UseCase> SLOW = EnumSet.of(
            UseCase.BACKUP_PUSH, UseCase.BACKUP_PUSH_AGAIN, UseCase.BACKUP_FETCH, UseCase.BACKUP_FETCH_WITH_RECOVERY);

    private static final boolean ALL =
            System.getProperty("walarchive.faults", "").equals("all");

    @TempDir
    Path directory;

    static List<Arguments> cells() {
        List<StoreFault> faults = StoreFaults.all();
        List<Arguments> cells = new ArrayList<>();
        for (UseCase useCase : UseCase.values()) {
            Reference reference = Reference.of(useCase);
            boolean sampled = SLOW.contains(useCase) && !ALL;
            for (int i = 0; i < faults.size(); i += sampled ? 3 : 1) {
                StoreFault fault = faults.get(i);
                // a prefetch has no deadline: what stalls is given up after a minute, and fetched once more
                boolean endless = useCase == UseCase.PREFETCH && fault.effect() == Effect.DEADLINE;
                if (reference.meets(fault) && !endless) {
                    cells.add(Arguments.of(useCase, fault));
                }
            }
        }
        return cells;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cells")
    void cell(UseCase useCase, StoreFault fault) throws Exception {
        Scene scene = new Scene(directory.resolve("scene"));
        useCase.prepare(scene);
        Oracle oracle = new Oracle(useCase, fault, scene);
        FaultyBlobStore store =
                new FaultyBlobStore(scene.memory, fault.rules().apply(scene).toArray(new FaultRule[0]));
        Optional<Claim> claim = run(useCase, fault, scene, store, oracle);
        assertFalse(Thread.interrupted(), "an interrupt is left");
        assertTrue(store.faults() > 0, "the fault did not come to pass");
        if (claim.isPresent()) {
            oracle.succeeded(claim.get());
        }
        oracle.archiveIsWhole();
        oracle.diskIsClean();
        oracle.worksAgain();
    }

    private static Optional<Claim> run(
            UseCase useCase, StoreFault fault, Scene scene, FaultyBlobStore store, Oracle oracle)
            throws InterruptedException, IOException {
        ArchiveStore archive = fault.effect() == Effect.DEADLINE
                ? scene.fixture.archive(scene.config().commandDeadline(StoreFaults.DEADLINE), store)
                : scene.archive(store);
        try {
            return Optional.of(useCase.run(scene, archive));
        } catch (ArchiveException e) {
            oracle.failed(e);
            return Optional.empty();
        }
    }
}
