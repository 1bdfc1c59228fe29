package org.walarchive.core.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.walarchive.ArchiveException;
import org.walarchive.BackupService;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPolicy;
import org.walarchive.core.backup.BackupList;
import org.walarchive.core.retention.Retention;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.verification.VerifyRequest;

/** Looks at archives with any objects in them: whatever they are called and hold, a failure is one that callers know. */
public final class ArchiveFuzz {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final List<DeletionPolicy> POLICIES = List.of(
            new DeletionPolicy.Retain(1),
            new DeletionPolicy.RetainFor(Duration.ofDays(1)),
            new DeletionPolicy.Everything());

    private ArchiveFuzz() {}

    /** A look at an archive. */
    @FunctionalInterface
    private interface Look {
        void at(ArchiveStore archive) throws ArchiveException, InterruptedException;
    }

    /** Makes an archive of the input and looks at it in all ways that write nothing. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException, InterruptedException {
        ArchiveStore archive = TextArchive.of(new String(input, StandardCharsets.UTF_8));
        look(archive, it -> new Verify(it).verify(VerifyRequest.of(VerifyRequest.Depth.SHALLOW)));
        look(archive, it -> new Verify(it).verify(VerifyRequest.of(VerifyRequest.Depth.DEEP)));
        look(archive, it -> new BackupList(it).list(BackupService.ListDetail.OBJECTS));
        for (DeletionPolicy policy : POLICIES) {
            look(archive, it -> new Retention(it, () -> NOW).plan(policy, Set.of(DeletionOverride.BELOW_FLOOR)));
        }
    }

    private static void look(ArchiveStore archive, Look look) throws InterruptedException {
        try {
            look.at(archive);
        } catch (ArchiveException e) {
            if (e.getMessage() == null || e.getMessage().isEmpty()) {
                throw new AssertionError("a failure without a message", e);
            }
        }
    }
}
