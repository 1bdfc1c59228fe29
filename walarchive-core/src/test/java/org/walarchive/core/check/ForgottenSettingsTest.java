package org.walarchive.core.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.Encryption;
import org.walarchive.check.CheckResult;
import org.walarchive.check.CheckResult.Status;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.verify.Verify;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.TimelineId;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.StoreOperation;
import org.walarchive.verification.VerifyRequest;

/** What a check finds where a key, or a prefix for a copy, was forgotten. */
@DisplayName("a check of what others put into the archive")
final class ForgottenSettingsTest {

    private static final String BACKUP = "basebackups_005/base_000000010000000000000003_00000040";

    private final ArchiveFixture fixture = new ArchiveFixture();
    private final Results results = new Results();

    private CheckResult only() {
        assertEquals(1, results.all().size(), results.all().toString());
        return results.all().get(0);
    }

    private void encryptedBackup() throws IOException {
        fixture.put(BACKUP + "/tar_partitions/part_00000000.tar.lzo", new byte[] {(byte) 0x85, 1, 12, 3});
        fixture.put(BACKUP + "_backup_stop_sentinel.json", new byte[] {'{', '}'});
    }

    @Test
    void aKeyThatIsNotSetWhereBackupsAreEncrypted() throws Exception {
        encryptedBackup();
        new EncryptionCheck(fixture.archive(), results).run();
        assertEquals(Status.WARN, only().status());
        assertTrue(only().message().contains("base_000000010000000000000003_00000040"), only().message());
        assertTrue(only().hint().orElseThrow().contains("WALE_GPG_KEY_ID"));
    }

    @Test
    void aKeyThatIsSet() throws Exception {
        encryptedBackup();
        ArchiveStore archive = fixture.archive(
                fixture.config("lzo")
                        .encryption(Encryption.builder().recipients("somebody").build()),
                fixture.memory());
        new EncryptionCheck(archive, results).run();
        assertEquals(Status.OK, only().status());
    }

    @Test
    void anArchiveWithoutEncryption() throws Exception {
        new EncryptionCheck(fixture.archive(), results).run();
        assertEquals(Status.OK, only().status());
    }

    @Test
    void aBackupThatCannotBeReadIsNoFailure() throws Exception {
        encryptedBackup();
        FaultRule refuse = FaultRule.on(StoreOperation.GET).everyNth(1).fail(Kind.ACCESS_DENIED);
        new EncryptionCheck(fixture.archive(refuse), results).run();
        assertEquals(Status.SKIPPED, only().status());
    }

    private void compare(long timeline) throws Exception {
        TimelineCheck check = new TimelineCheck(fixture.archive(), results);
        check.ofServer(Optional.of(new TimelineId(timeline)));
        check.compare(new Verify(fixture.archive()).verify(VerifyRequest.of(VerifyRequest.Depth.SHALLOW)));
    }

    private void secondTimeline() throws IOException {
        fixture.put("wal_005/000000010000000000000003.lzo", new byte[1]);
        fixture.put(
                "wal_005/00000002.history.lzo",
                SegmentBuilder.compress("lzo", "1\t0/3000100\tno reason\n".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aTimelineThatIsNewerThanTheServers() throws Exception {
        secondTimeline();
        compare(1);
        assertEquals(Status.WARN, only().status());
        assertTrue(
                only().message()
                        .startsWith(
                                "the server is on timeline 1, and the archive has timeline 2 since 2001-09-09T01:46:42Z"),
                only().message());
        assertTrue(only().hint().orElseThrow().contains("--target-timeline 1 "));
    }

    @Test
    void theNewestTimelineIsTheServers() throws Exception {
        secondTimeline();
        compare(2);
        assertEquals(Status.OK, only().status());
    }

    @Test
    void withoutAServerNothingIsSaid() throws Exception {
        secondTimeline();
        new TimelineCheck(fixture.archive(), results)
                .compare(new Verify(fixture.archive()).verify(VerifyRequest.of(VerifyRequest.Depth.SHALLOW)));
        assertEquals(0, results.all().size());
    }
}
