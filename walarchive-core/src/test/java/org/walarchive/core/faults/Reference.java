package org.walarchive.core.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.walarchive.ArchiveException;
import org.walarchive.core.faults.UseCase.Claim;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.StoreOperation;
import org.walarchive.verification.VerificationReport;

/**
 * What a use case does where nothing is wrong.
 *
 * @param says what it tells
 * @param doubts how many errors and warnings that has
 * @param before the objects before, with their content
 * @param after the objects after
 * @param mostErrors how many errors the archive has before or after, whichever is more
 * @param warnings how many warnings it has after
 * @param calls how often it calls the store
 */
record Reference(
        String says,
        long doubts,
        Map<String, String> before,
        Map<String, String> after,
        long mostErrors,
        long warnings,
        Map<StoreOperation, Long> calls) {

    private static final Map<UseCase, Reference> KNOWN = new EnumMap<>(UseCase.class);

    static synchronized Reference of(UseCase useCase) {
        return KNOWN.computeIfAbsent(useCase, Reference::find);
    }

    private static Reference find(UseCase useCase) {
        try {
            Path directory = Files.createTempDirectory("reference");
            try {
                return find(useCase, new Scene(directory));
            } finally {
                Template.delete(directory);
            }
        } catch (IOException | ArchiveException | InterruptedException e) {
            throw new IllegalStateException(useCase + " fails without a fault", e);
        }
    }

    private static Reference find(UseCase useCase, Scene scene)
            throws IOException, ArchiveException, InterruptedException {
        useCase.prepare(scene);
        Map<String, String> before = scene.contents();
        VerificationReport.FindingCounts first = BackupUseCases.verify(scene).counts();
        FaultyBlobStore store = new FaultyBlobStore(scene.memory);
        Claim claim = useCase.run(scene, scene.archive(store));
        claim.truth().require();
        VerificationReport.FindingCounts last = BackupUseCases.verify(scene).counts();
        Map<StoreOperation, Long> calls = new EnumMap<>(StoreOperation.class);
        for (StoreOperation operation : StoreOperation.values()) {
            calls.put(operation, store.calls(operation));
        }
        return new Reference(
                claim.says(),
                claim.doubts(),
                before,
                scene.contents(),
                Math.max(first.errors(), last.errors()),
                last.warnings(),
                calls);
    }

    /** Tells whether a fault comes to pass. */
    boolean meets(StoreFault fault) {
        return fault.operations().stream().anyMatch(on -> calls.get(on) >= fault.calls());
    }
}
