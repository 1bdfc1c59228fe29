package org.walarchive.core.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.walarchive.ArchiveException;
import org.walarchive.ConflictException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.StoreAccessException;
import org.walarchive.core.faults.StoreFault.Effect;
import org.walarchive.core.faults.UseCase.Claim;
import org.walarchive.core.faults.UseCase.Sort;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.VerificationReport;

/** Judges one cell of the matrix. */
final class Oracle {

    /** Something that can be looked for: a key, an address, a file, the name of a WAL file or of a backup. */
    private static final Pattern WHERE = Pattern.compile("memory://m|wal_005|basebackups_005|walarchive/|scene/"
            + "|[0-9A-F]{8}(?:[0-9A-F]{16}|\\.history)|base_[0-9A-F]{24}");

    private static final Set<Kind> WITHOUT_HINT = Set.of(Kind.NOT_FOUND, Kind.INVALID);

    private final UseCase useCase;
    private final Effect effect;
    private final Scene scene;
    private final Reference reference;
    private final Map<String, String> before;
    private final Set<String> filesBefore;
    private boolean failed;

    Oracle(UseCase useCase, StoreFault fault, Scene scene) {
        this.useCase = useCase;
        this.effect = fault.effect();
        this.scene = scene;
        this.reference = Reference.of(useCase);
        this.before = scene.contents();
        this.filesBefore = scene.files();
    }

    /** A success tells the truth; a store that lies in what cannot be checked is believed. */
    void succeeded(Claim claim) throws IOException {
        if (effect == Effect.FAILS || effect == Effect.DEADLINE) {
            // the call that stalls may be one of a file that is pushed ahead
            assertEquals(UseCase.PUSH_AHEAD, useCase, () -> "it cannot have succeeded: " + claim.says());
        }
        switch (effect) {
            case HIDDEN -> {
                assertEquals(reference.says(), claim.says());
                claim.truth().require();
            }
            case MAY_FAIL -> {
                saysNoLess(claim);
                claim.truth().require();
            }
            case LIES_ON_GET, LIES_ON_LIST -> {
                if (useCase.sort() == Sort.WRITES || useCase.name().contains("FETCH")) {
                    assertEquals(reference.says(), claim.says());
                }
                claim.truth().require();
            }
            case MIXES_UP -> {
                if (!useCase.name().endsWith("FETCH_HISTORY")) {
                    claim.truth().require();
                }
            }
            case DENIES_EXISTENCE, CUTS_ON_PUT, FAILS, DEADLINE -> claim.truth().require();
            case LIES_ON_PUT -> truthOrFound(claim);
        }
    }

    /** What is told is the same, or more is told to be wrong. */
    private void saysNoLess(Claim claim) {
        boolean tells = useCase.sort() == Sort.REPORTS || useCase.sort() == Sort.DELETES;
        if (!tells || claim.doubts() <= reference.doubts()) {
            assertEquals(reference.says(), claim.says());
        }
    }

    /** What was stored wrongly is found, and never delivered. */
    private void truthOrFound(Claim claim) throws IOException {
        try {
            claim.truth().require();
        } catch (AssertionError | IOException e) {
            VerificationReport.FindingCounts counts = verify().counts();
            assertTrue(
                    counts.errors() + counts.warnings() > reference.mostErrors() + reference.warnings(),
                    "what is damaged in the archive is not found: " + e.getMessage());
        }
    }

    /** A failure is one that is documented, and helps. */
    void failed(ArchiveException e) {
        failed = true;
        if (effect == Effect.HIDDEN) {
            throw new AssertionError("this is tried again, and works then", e);
        }
        String message = String.valueOf(e.getMessage());
        String all = message + " " + e.detail().orElse("");
        if (effect == Effect.DEADLINE) {
            assertInstanceOf(StoreAccessException.class, e);
            assertTrue(all.contains("the command deadline of 1800.0 s"), all);
        }
        if (effect != Effect.DEADLINE) {
            assertTrue(WHERE.matcher(all).find(), () -> "it does not say where: " + all);
        }
        assertTrue(message.equals(message.strip()) && !message.endsWith("."), message);
        assertFalse(Character.isUpperCase(message.charAt(0)) && !message.startsWith("WAL"), message);
        e.hint().ifPresent(hint -> assertTrue(hint.matches("(?s)([A-Z\"]|backup-list ).*[.?)]"), hint));
        if (e instanceof StoreAccessException store && !WITHOUT_HINT.contains(store.kind())) {
            assertTrue(e.hint().isPresent(), () -> "no hint: " + all);
        }
    }

    /** Nothing is overwritten, nothing else deleted, nothing unknown added, and all that was good is good. */
    void archiveIsWhole() throws IOException {
        Map<String, String> now = scene.contents();
        before.forEach((key, content) -> {
            boolean mark = key.startsWith(ArchiveLayout.OWN) && effect.isOfPuts();
            if (now.containsKey(key) && !mark) {
                assertEquals(content, now.get(key), () -> key + " was overwritten");
            } else if (!now.containsKey(key)) {
                assertTrue(scene.planned.contains(key), () -> key + " is gone, and was not to be deleted");
            }
        });
        Set<String> added = new HashSet<>(now.keySet());
        added.removeAll(before.keySet());
        added.removeAll(reference.after().keySet());
        added.removeIf(key -> ArchiveLayout.parseDeletionMark(key).isPresent());
        assertEquals(Set.of(), added);
        newestBackupIsThere(now);
        if (!effect.isOfPuts() && !now.equals(before)) {
            requireNoErrors();
        }
        if (effect != Effect.LIES_ON_PUT) {
            WalUseCases.requireAcknowledged(scene);
        }
    }

    private void requireNoErrors() {
        VerificationReport report = verify();
        if (useCase.sort() == Sort.DELETES && !effect.isWithinContract()) {
            // what no list showed is not protected; by the policy it goes
            report.backups().stream()
                    .filter(backup -> reference.after().containsKey(ArchiveLayout.sentinel(backup.name())))
                    .forEach(backup -> assertEquals(BackupReport.State.GOOD, backup.state(), backup.toString()));
        } else if (useCase != UseCase.PUSH_AHEAD || effect == Effect.HIDDEN) {
            // what was pushed ahead may lie behind a failure, a gap that PostgreSQL waits to close
            assertTrue(
                    report.counts().errors() <= reference.mostErrors(),
                    () -> report.findings().toString());
        }
    }

    /** Whatever a store says, no policy here lets the newest backup go, nor its WAL, nor a backup with a keep mark. */
    private void newestBackupIsThere(Map<String, String> now) {
        if (before.containsKey(ArchiveLayout.keepMark(Template.MIDDLE))) {
            String sentinel = ArchiveLayout.sentinel(Template.MIDDLE);
            assertTrue(now.containsKey(sentinel), sentinel + " is gone, of a backup that is kept");
        }
        for (String key : before.keySet()) {
            if (key.contains(Template.NEWEST.toString())
                    || key.startsWith("wal_005/" + StoppedCluster.segment(6))
                    || key.startsWith("wal_005/" + StoppedCluster.segment(7))) {
                assertTrue(now.containsKey(key), key + " is gone");
            }
        }
    }

    /** What lies there was there before, or is whole; a restore that was broken off has no control file. */
    void diskIsClean() {
        diskIsClean(!failed);
    }

    private void diskIsClean(boolean succeeded) {
        Set<String> files = new HashSet<>(scene.files());
        files.removeAll(filesBefore);
        for (String file : files) {
            String name = file.substring(file.lastIndexOf('/') + 1);
            assertFalse(
                    name.endsWith(".tmp")
                            || name.endsWith(".restoring") && succeeded
                            || name.startsWith(".walarchive-")
                            || file.contains("/prefetch/"),
                    file + " is left");
        }
        if (!succeeded) {
            files.removeIf(file -> file.startsWith("data/pg_wal/.walarchive/")
                    || file.startsWith("target/") && !file.equals("target/global/pg_control"));
            assertEquals(Set.of(), files, "left by a failure");
        }
    }

    /** The faults are over. */
    void worksAgain() throws ArchiveException, InterruptedException, IOException {
        try {
            useCase.run(scene, scene.archive()).truth().require();
        } catch (ConflictException | CorruptArchiveException e) {
            requireReason(e);
            return;
        }
        boolean otherPlan = useCase.sort() == Sort.DELETES && !effect.isWithinContract();
        if (!otherPlan && !effect.isOfPuts()) {
            assertEquals(comparable(reference.after()), comparable(scene.contents()));
        }
        diskIsClean(true);
    }

    /** A backup that was told to have failed may be complete; what a store altered is never overwritten. */
    private void requireReason(ArchiveException e) throws ArchiveException, InterruptedException {
        boolean complete = useCase == UseCase.BACKUP_PUSH
                && scene.contents().containsKey(ArchiveLayout.sentinel(Template.backup(Template.LAST_SEGMENT)));
        if (!complete && !effect.isOfPuts()) {
            throw e;
        }
    }

    /** A claim on a backup's name is another one each time, and so are the times of the files of a data directory. */
    private static Map<String, String> comparable(Map<String, String> contents) {
        Map<String, String> comparable = new TreeMap<>(contents);
        String backup = Template.backup(Template.LAST_SEGMENT).toString();
        comparable.replaceAll((key, content) -> key.contains(backup) ? "" : content);
        return comparable;
    }

    private VerificationReport verify() {
        try {
            return BackupUseCases.verify(scene);
        } catch (ArchiveException e) {
            throw new AssertionError("the archive cannot be verified", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
