package org.walarchive.core.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupName;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupResult;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.ConflictException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RestoreRequest;
import org.walarchive.RestoreResult;
import org.walarchive.core.backup.BackupFetch;
import org.walarchive.core.backup.BackupList;
import org.walarchive.core.backup.BackupPush;
import org.walarchive.core.faults.UseCase.Claim;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.verify.Verify;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** Base backups, and what an archive is good for. */
final class BackupUseCases {

    private static final long NEW = Template.LAST_SEGMENT;
    private static final long NEWEST = 6;

    private BackupUseCases() {}

    static void preparePush(Scene scene) {
        StoppedCluster.make(scene.data(), NEW);
    }

    static Claim push(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        BackupResult result = archive.command(
                "base backup",
                context -> new BackupPush(context, scene.here)
                        .push(BackupPushRequest.builder(scene.data())
                                .mode(BackupPushRequest.Mode.OFFLINE)
                                .build()));
        return new Claim(
                result.name() + ", " + result.partitions() + " partitions",
                0,
                () -> requireRestorable(scene, result.name()));
    }

    static void preparePushAgain(Scene scene) {
        StoppedCluster.make(scene.data(), NEWEST);
    }

    /** A stopped server whose last checkpoint has a backup already: that is refused, and the backup stays as it is. */
    static Claim pushAgain(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        try {
            return push(scene, archive);
        } catch (ConflictException e) {
            if (String.valueOf(e.getMessage()).endsWith("exists already")) {
                return new Claim("it exists", 0, () -> {});
            }
            throw e;
        }
    }

    /** What was acknowledged can be restored once the store works. */
    private static void requireRestorable(Scene scene, BackupName name) throws IOException {
        Path copy = scene.root.resolve("copy");
        try {
            new BackupFetch(scene.archive())
                    .fetch(RestoreRequest.builder(copy).backup(name.toString()).build());
            requireRestored(copy, NEW);
        } catch (ArchiveException e) {
            throw new AssertionError("an acknowledged backup cannot be restored", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            if (Files.exists(copy)) {
                Template.delete(copy);
            }
        }
    }

    private static void requireRestored(Path directory, long checkpoint) throws IOException {
        for (Map.Entry<String, byte[]> file : StoppedCluster.files(checkpoint).entrySet()) {
            assertArrayEquals(file.getValue(), Files.readAllBytes(directory.resolve(file.getKey())), file.getKey());
        }
    }

    static Claim list(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        List<Backup> backups = archive.command(
                "list of the base backups", context -> new BackupList(context, scene.here).list(ListDetail.OBJECTS));
        return new Claim(backups.toString(), 0, () -> {});
    }

    static Claim fetch(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return fetch(scene, archive, request(scene));
    }

    static Claim fetchWithRecovery(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return fetch(
                scene, archive, request(scene).recovery(RecoveryRequest.to(new RecoveryTarget.Immediate(), "false")));
    }

    /** A repetition replaces what the failure left. */
    private static RestoreRequest.Builder request(Scene scene) {
        return RestoreRequest.builder(scene.target())
                .backup(Template.NEWEST.toString())
                .existingFiles(RestoreRequest.ExistingFiles.REPLACE);
    }

    private static Claim fetch(Scene scene, ArchiveStore archive, RestoreRequest.Builder request)
            throws ArchiveException, InterruptedException {
        RestoreResult result = archive.command("restore", context -> new BackupFetch(context).fetch(request.build()));
        return new Claim(result.name() + ", " + result.partitions() + " partitions", 0, () -> {
            assertEquals(Template.NEWEST, result.name());
            requireRestored(scene.target(), NEWEST);
        });
    }

    static Claim verifyShallow(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return verify(scene, archive, VerifyRequest.Depth.SHALLOW);
    }

    static Claim verifyDeep(Scene scene, ArchiveStore archive) throws ArchiveException, InterruptedException {
        return verify(scene, archive, VerifyRequest.Depth.DEEP);
    }

    private static Claim verify(Scene scene, ArchiveStore archive, VerifyRequest.Depth depth)
            throws ArchiveException, InterruptedException {
        VerificationReport report = archive.command(
                "verification", context -> new Verify(context, scene.here).verify(VerifyRequest.of(depth)));
        return new Claim(
                report.backups() + "\n" + report.timelines() + "\n" + report.findings() + "\n" + report.counts() + "\n"
                        + report.unknown(),
                report.counts().errors() + report.counts().warnings(),
                () -> {});
    }

    /** Reads everything without faults. */
    static VerificationReport verify(Scene scene) throws ArchiveException, InterruptedException {
        return new Verify(scene.archive(), scene.here).verify(VerifyRequest.of(VerifyRequest.Depth.DEEP));
    }
}
