package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.walarchive.BackupName;
import org.walarchive.BackupNotFoundException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.openpgp.Keys;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.TimelineId;
import org.walarchive.store.StoreException;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.Finding;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;
import org.walarchive.verification.WalGap;

final class VerifyTest {

    /** The place of the last segment that can have a name. */
    private static final long LAST = (1L << 44) - 1;

    private final DrawnArchive archive = new DrawnArchive().identity();

    private BackupName backup(long timeline, long segment) {
        return archive.backup(timeline, DrawnArchive.lsn(segment, 40), DrawnArchive.lsn(segment, 400_000));
    }

    private static List<String> texts(VerificationReport report) {
        return report.findings().stream()
                .map(finding -> finding.severity() + " " + finding.subject() + ": " + finding.message())
                .toList();
    }

    private static List<String> windows(BackupReport backup) {
        return backup.windows().stream()
                .map(window -> window.timeline() + " " + window.from() + " to " + window.to() + " " + window.end())
                .toList();
    }

    @Test
    void anArchiveWithoutGapsIsHealthy() throws Exception {
        archive.segments(1, 1, 9);
        backup(1, 2);
        backup(1, 6);
        VerificationReport report = archive.verify();
        assertEquals(List.of(), report.findings());
        assertTrue(report.isHealthy());
        assertEquals(
                List.of("1 0/261A80 to 0/A00000 END_OF_WAL"),
                windows(report.backups().get(0)));
        assertEquals(1, report.timelines().get(0).orphans().get(0).count());
        assertEquals(
                "1000000100",
                Long.toString(
                        report.backups().get(0).windows().get(0).fromTime().getEpochSecond()));
        assertTrue(report.backups().get(0).windows().get(0).toTime().isPresent());
    }

    @Test
    void aGapEndsTheWindowsBeforeIt() throws Exception {
        archive.segments(1, 1, 3).segments(1, 6, 9);
        backup(1, 2);
        backup(1, 7);
        VerificationReport report = archive.verify();
        assertFalse(report.isHealthy());
        assertEquals(
                List.of("1 0/261A80 to 0/400000 GAP"), windows(report.backups().get(0)));
        assertEquals(
                RecoveryWindow.End.END_OF_WAL,
                report.backups().get(1).windows().get(0).end());
        WalGap gap = report.timelines().get(0).gaps().get(0);
        assertEquals(DrawnArchive.name(1, 4), gap.span().first());
        assertEquals(DrawnArchive.name(1, 5), gap.span().last());
        assertEquals(WalGap.Effect.STOPS_RECOVERY, gap.effect());
        assertEquals(DrawnArchive.key(1, 4), report.findings().get(0).subject());
    }

    @Test
    void aGapThatNoBackupCouldReachIsNoError() throws Exception {
        archive.segments(1, 1, 3).segments(1, 6, 9);
        backup(1, 7);
        VerificationReport report = archive.verify();
        assertTrue(report.isHealthy());
        assertEquals(new VerificationReport.FindingCounts(0, 0, 1), report.counts());
        assertEquals(2, report.timelines().get(0).orphans().size());
    }

    @Test
    void aBackupThatLacksASegmentCannotBeRestored() throws Exception {
        archive.segments(1, 1, 2).segments(1, 4, 9);
        BackupName name = archive.backup(1, DrawnArchive.lsn(2, 40), DrawnArchive.lsn(4, 1));
        VerificationReport report = archive.verify();
        assertEquals(BackupReport.State.LACKS_WAL, report.backups().get(0).state());
        assertTrue(texts(report).stream()
                .anyMatch(text -> text.contains(DrawnArchive.key(1, 3)) && text.contains(name.toString())));
    }

    /** The byte before a stop on a boundary is the last that is needed. */
    @Test
    void aStopOnABoundaryNeedsNoSegmentBehind() throws Exception {
        archive.segments(1, 2, 3);
        archive.backup(1, DrawnArchive.lsn(2, 40), DrawnArchive.lsn(4, 0));
        assertEquals(BackupReport.State.GOOD, archive.verify().backups().get(0).state());
    }

    @Test
    void theSegmentOfASwitchIsTheNewTimelines() throws Exception {
        archive.segments(1, 1, 4).segments(2, 5, 7).history(2, "1\t" + DrawnArchive.lsn(5, 4096));
        backup(1, 2);
        VerificationReport report = archive.verify();
        assertEquals(List.of(), texts(report));
        assertEquals(
                List.of("1 0/261A80 to 0/500000 END_OF_WAL", "2 0/261A80 to 0/800000 END_OF_WAL"),
                windows(report.backups().get(0)));
        assertEquals(new TimelineId(1), report.timelines().get(1).parent().orElseThrow());
    }

    @Test
    void aGapBeforeASwitchIsFound() throws Exception {
        archive.segments(1, 1, 3).segments(2, 5, 7).history(2, "1\t" + DrawnArchive.lsn(5, 4096));
        backup(1, 2);
        VerificationReport report = archive.verify();
        assertEquals(
                DrawnArchive.name(1, 4),
                report.timelines().get(0).gaps().get(0).span().first());
        assertEquals(
                List.of("1 0/261A80 to 0/400000 END_OF_WAL"),
                windows(report.backups().get(0)));
        assertFalse(report.isHealthy());
    }

    @Test
    void aTimelineWithoutItsHistoryIsFound() throws Exception {
        archive.segments(1, 1, 4).segments(2, 5, 7);
        backup(1, 2);
        assertTrue(texts(archive.verify())
                .get(0)
                .contains("wal_005/00000002.history.lzo: the history of timeline 2 is missing"));
    }

    @Test
    void historiesThatDisagreeAreFound() throws Exception {
        archive.segments(1, 1, 4)
                .segments(2, 5, 7)
                .segments(3, 8, 9)
                .history(2, "1\t" + DrawnArchive.lsn(5, 4096))
                .history(3, "1\t" + DrawnArchive.lsn(6, 0), "2\t" + DrawnArchive.lsn(8, 0));
        backup(1, 2);
        assertTrue(texts(archive.verify()).stream()
                .anyMatch(text ->
                        text.startsWith("ERROR wal_005/00000003.history.lzo") && text.contains("does not agree")));
    }

    @Test
    void whatIsNoBackupYetIsToldFromWhatIsNoneAnyMore() throws Exception {
        archive.segments(1, 1, 9);
        backup(1, 2);
        BackupName running = backup(1, 5);
        archive.fixture().memory().delete(List.of(ArchiveLayout.sentinel(running)));
        VerificationReport report = archive.verify();
        assertEquals(BackupReport.State.IN_PROGRESS, report.backups().get(1).state());
        assertEquals(new VerificationReport.FindingCounts(0, 0, 1), report.counts());
        VerificationReport later =
                new Verify(archive.fixture().archive()).verify(VerifyRequest.of(VerifyRequest.Depth.SHALLOW));
        assertEquals(BackupReport.State.ABANDONED, later.backups().get(1).state());
        assertEquals(new VerificationReport.FindingCounts(0, 1, 0), later.counts());
    }

    @Test
    void anEmptyArchiveIsNotHealthy() throws Exception {
        VerificationReport report = new DrawnArchive().verify();
        assertEquals(1, report.counts().errors());
        assertTrue(report.findings().get(0).message().contains("no base backup"));
    }

    @Test
    void aStoreThatFailsIsAFailureAndNoFinding() {
        archive.fixture().drop();
        org.walarchive.StoreAccessException e =
                assertThrows(org.walarchive.StoreAccessException.class, archive::verify);
        assertEquals(StoreException.Kind.NO_CONTAINER, e.kind());
    }

    @Test
    void oneBackupCanBeLookedAt() throws Exception {
        archive.segments(1, 1, 9);
        BackupName first = backup(1, 2);
        backup(1, 6);
        VerifyRequest request = VerifyRequest.of(VerifyRequest.Depth.SHALLOW);
        assertEquals(
                List.of(first),
                archive.verify(request.ofBackup(first.toString())).backups().stream()
                        .map(BackupReport::name)
                        .toList());
        assertEquals(1, archive.verify(request.ofBackup("LATEST")).backups().size());
        assertThrows(
                BackupNotFoundException.class,
                () -> archive.verify(request.ofBackup("base_000000010000000000000001_00000040")));
    }

    @Test
    void unknownKeysAndTwinsAreTold() throws Exception {
        archive.segments(1, 1, 9);
        backup(1, 2);
        archive.put("wal_005/README", new byte[1]);
        archive.put(DrawnArchive.key(1, 4).replace(".lzo", ".zst"), new byte[1]);
        VerificationReport report = archive.verify();
        assertEquals(List.of("wal_005/README"), report.unknown().keys());
        assertEquals(1, report.counts().warnings());
        assertTrue(report.isHealthy());
    }

    /** One object that somebody put there must not keep all others from being verified. */
    @Test
    void theLastSegmentThereCanBeIsVerified() throws Exception {
        archive.segments(1, LAST - 1, LAST);
        VerificationReport report = archive.verify(VerifyRequest.of(VerifyRequest.Depth.DEEP));
        assertTrue(
                texts(report).stream().anyMatch(text -> text.contains(DrawnArchive.key(1, LAST))),
                texts(report).toString());
    }

    @Test
    void aPartitionFarBehindTheOthersIsOneFinding() throws Exception {
        BackupName name = BackupName.parse("base_000000010000000000000002_00000040");
        archive.put(ArchiveLayout.sentinel(name), "{}".getBytes(StandardCharsets.US_ASCII));
        archive.put(ArchiveLayout.partition(name, 0, "lzo"), new byte[1]);
        archive.put(ArchiveLayout.partition(name, 2, "lzo"), new byte[1]);
        archive.put(ArchiveLayout.partition(name, 299_999, "lzo"), new byte[1]);
        List<String> missing = texts(archive.verify()).stream()
                .filter(text -> text.contains(": tar partition"))
                .toList();
        assertEquals(
                List.of(
                        "ERROR " + ArchiveLayout.partition(name, 1, "lzo") + ": tar partition 1 is missing",
                        "ERROR " + ArchiveLayout.partition(name, 3, "lzo")
                                + ": tar partitions 3 to 299998 are missing"),
                missing);
    }

    @Test
    void findingsAreCountedBeyondWhatIsKept() throws Exception {
        for (long number = 1; number < 2400; number += 2) {
            archive.segments(1, number, number);
        }
        backup(1, 2399 + 2);
        archive.segments(1, 2401, 2401);
        VerificationReport report = archive.verify();
        assertEquals(VerificationReport.MAX_FINDINGS, report.findings().size());
        assertEquals(1200, report.counts().notes());
        assertEquals(1200, report.timelines().get(0).gaps().size());
    }

    @Test
    void aSentinelThatContradictsItselfIsFound() throws Exception {
        archive.segments(1, 1, 9);
        BackupName name = backup(1, 2);
        String key = ArchiveLayout.sentinel(name);
        String sentinel = new String(archive.fixture().bytes(key), StandardCharsets.US_ASCII);
        archive.put(
                key,
                sentinel.replace("\"start_lsn\":\"0/200028\"", "\"start_lsn\":\"0/300028\"")
                        .getBytes(StandardCharsets.US_ASCII));
        VerificationReport report = archive.verify();
        assertEquals(BackupReport.State.UNREADABLE, report.backups().get(0).state());
        assertEquals(
                Finding.Severity.ERROR,
                report.findings().stream()
                        .filter(f -> f.subject().equals(key))
                        .findFirst()
                        .orElseThrow()
                        .severity());
    }

    /** Nobody writes those: somebody looked into a partition, and left the copy there. */
    @Test
    void aDecompressedCopyOfAPartitionIsNoSecondOne() throws Exception {
        archive.segments(1, 1, 9);
        BackupName name = archive.backup(1, DrawnArchive.lsn(2, 40), DrawnArchive.lsn(4, 1));
        String partition = ArchiveLayout.partitions(name) + "part_00000000.tar";
        archive.put(partition, new byte[10]);
        archive.put(partition + ".br", new byte[10]);
        assertEquals(BackupReport.State.GOOD, archive.verify().backups().get(0).state());
    }

    private static List<String> notes(VerificationReport report) {
        return texts(report).stream().filter(text -> text.startsWith("NOTE")).toList();
    }

    /** By the fixture's clock, where every put takes a second. */
    @Test
    void aTimelineThatGoesOnLongAfterANewerOneBeganIsTold() throws Exception {
        archive.segments(1, 1, 4).history(2, "1\t" + DrawnArchive.lsn(5, 4096)).segments(1, 5, 400);
        archive.segments(2, 5, 7);
        backup(1, 2);
        VerificationReport report = archive.verify();
        assertTrue(report.isHealthy());
        assertEquals(new VerificationReport.FindingCounts(0, 0, 1), report.counts());
        assertTrue(
                texts(report)
                        .get(0)
                        .startsWith("NOTE " + DrawnArchive.key(1, 400) + ": timeline 1 was archived until "),
                texts(report).toString());
        assertTrue(report.findings().get(0).hint().orElseThrow().contains("--target-timeline 1 "));
    }

    @Test
    void theBacklogOfThePrimaryBeforeIsNotTold() throws Exception {
        archive.segments(1, 1, 4).history(2, "1\t" + DrawnArchive.lsn(5, 4096)).segments(1, 5, 200);
        archive.segments(2, 5, 7);
        backup(1, 2);
        assertEquals(List.of(), texts(archive.verify()));
    }

    /** It comes late, but ends where the newer timeline begins. */
    @Test
    void theLastSegmentOfAPrimaryThatWasReplacedIsNotTold() throws Exception {
        archive.segments(1, 1, 4).history(2, "1\t" + DrawnArchive.lsn(5, 4096)).segments(2, 5, 400);
        archive.segments(1, 5, 5);
        backup(1, 2);
        assertEquals(List.of(), texts(archive.verify()));
    }

    @Test
    void aTimelineThatWasLeftForAnOlderPlaceIsNotTold() throws Exception {
        archive.segments(1, 1, 4).history(2, "1\t" + DrawnArchive.lsn(5, 4096)).segments(2, 5, 7);
        backup(1, 2);
        archive.history(3, "1\t" + DrawnArchive.lsn(4, 4096)).segments(3, 4, 400);
        assertEquals(List.of(), notes(archive.verify()));
    }

    @Test
    void aNewestBackupThatAloneIsNotEncryptedIsTold() throws Exception {
        archive.segments(1, 1, 9);
        BackupName encrypted = backup(1, 2);
        archive.put(ArchiveLayout.partition(encrypted, 0, "lzo"), new byte[] {(byte) 0x85});
        assertEquals(List.of(), notes(archive.verify()));
        BackupName plain = backup(1, 6);
        VerificationReport report = archive.verify();
        assertTrue(report.isHealthy());
        assertEquals(
                List.of("NOTE " + ArchiveLayout.sentinel(plain)
                        + ": the newest base backup is not encrypted, and the one before, " + encrypted + ", is"),
                texts(report));
        BackupName next = backup(1, 8);
        assertEquals(List.of(), notes(archive.verify()));
        archive.put(ArchiveLayout.partition(plain, 0, "lzo"), new byte[] {(byte) 0x85});
        archive.put(ArchiveLayout.partition(next, 0, "lzo"), new byte[] {(byte) 0x85});
        assertEquals(List.of(), notes(archive.verify()));
    }

    private byte[] encrypted(byte[] content) throws Exception {
        ArchiveFixture fixture = archive.fixture();
        try (InputStream stored = fixture.archive(
                        fixture.config("lzo").encryption(Keys.to("cv25519")), fixture.memory())
                .writer()
                .store(new ByteArrayInputStream(content))) {
            return stored.readAllBytes();
        }
    }

    private void encrypt(String key, byte[] content) throws Exception {
        archive.put(key, encrypted(content));
    }

    /** The message then names another key as the one that it is encrypted to. */
    private static byte[] withAnotherKeyId(byte[] message, int bit) {
        byte[] damaged = message.clone();
        damaged[6] ^= (byte) bit;
        return damaged;
    }

    private VerificationReport verifyWithKeys(String... names) throws Exception {
        ArchiveStore reader = archive.fixture()
                .archive(
                        archive.fixture().config("lzo").encryption(Keys.with(names)),
                        archive.fixture().memory());
        return new Verify(reader).verify(VerifyRequest.of(VerifyRequest.Depth.DEEP));
    }

    private VerificationReport verifyWithoutKey() throws Exception {
        return verifyWithKeys();
    }

    /** Of a backup whose partitions have no digest; what it holds is put by the caller. */
    private BackupName walESentinel() {
        BackupName name = BackupName.parse("base_000000010000000000000002_00000040");
        archive.put(
                ArchiveLayout.sentinel(name),
                ("{\"wal_segment_backup_stop\": \"000000010000000000000003\","
                                + " \"wal_segment_offset_backup_stop\": \"00000100\", \"expanded_size_bytes\": 1,"
                                + " \"spec\": {\"base_prefix\": \"/srv/pg/\", \"tablespaces\": []}}")
                        .getBytes(StandardCharsets.US_ASCII));
        return name;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void whatAloneCannotBeDecryptedIsDamaged() throws Exception {
        byte[] segment = encrypted(new byte[1 << 20]);
        archive.put(DrawnArchive.key(1, 1), withAnotherKeyId(segment, 1));
        BackupName name = walESentinel();
        archive.put(ArchiveLayout.partition(name, 0, "lzo"), withAnotherKeyId(encrypted(new byte[1024]), 2));
        archive.put(DrawnArchive.key(1, 2), segment).put(DrawnArchive.key(1, 3), segment);

        VerificationReport report = verifyWithKeys("cv25519");
        for (String key : List.of(DrawnArchive.key(1, 1), ArchiveLayout.partition(name, 0, "lzo"))) {
            Finding finding = report.findings().stream()
                    .filter(each -> each.subject().equals(key))
                    .findFirst()
                    .orElseThrow();
            assertEquals(Finding.Severity.ERROR, finding.severity());
            assertTrue(
                    finding.message()
                            .endsWith(
                                    "; others can be decrypted here, and none is encrypted as it is, so it is damaged, or of another key"),
                    finding::toString);
        }
        assertEquals(BackupReport.State.DAMAGED, report.backups().get(0).state());
    }

    /** Of a time when the archive was encrypted to a key that is not here. */
    @Test
    void whatSeveralObjectsAreEncryptedToIsAnotherKey() throws Exception {
        byte[] segment = encrypted(new byte[1 << 20]);
        for (int number = 1; number < 4; number++) {
            archive.put(DrawnArchive.key(1, number), withAnotherKeyId(segment, 1));
        }
        archive.put(DrawnArchive.key(1, 4), segment).put(DrawnArchive.key(1, 5), segment);
        List<Finding> findings = verifyWithKeys("cv25519").findings().stream()
                .filter(each -> each.message().contains("it is encrypted and not readable here"))
                .toList();
        assertEquals(
                List.of(DrawnArchive.key(1, 1), DrawnArchive.key(1, 2), DrawnArchive.key(1, 3)),
                findings.stream().map(Finding::subject).toList());
        findings.forEach(each -> assertEquals(Finding.Severity.WARNING, each.severity(), each::toString));
    }

    @Test
    void theDigestOfAPartitionIsComparedWithoutTheKey() throws Exception {
        for (int number = 1; number < 4; number++) {
            encrypt(DrawnArchive.key(1, number), new byte[1 << 20]);
        }
        byte[] partition = encrypted(new byte[1024]);
        BackupName name =
                archive.backup(1, DrawnArchive.lsn(2, 40), DrawnArchive.lsn(2, 400_000), partition, sha256(partition));
        BackupReport whole = verifyWithoutKey().backups().get(0);
        assertEquals(BackupReport.State.NOT_READABLE_HERE, whole.state());
        assertTrue(whole.reason().orElseThrow().endsWith("; by its SHA-256 it is what was stored"), whole::toString);

        byte[] damaged = partition.clone();
        damaged[damaged.length - 1] ^= 1;
        archive.put(ArchiveLayout.partition(name, 0, "lzo"), damaged);
        BackupReport other = verifyWithoutKey().backups().get(0);
        assertEquals(BackupReport.State.DAMAGED, other.state());
        assertTrue(other.reason().orElseThrow().contains("it is not what was stored"), other::toString);
    }

    /** It may all be sound: what says otherwise makes somebody throw his backups away. */
    @Test
    void whatIsEncryptedToAnotherIsNotCalledDamaged() throws Exception {
        for (int number = 1; number < 5; number++) {
            encrypt(DrawnArchive.key(1, number), new byte[1 << 20]);
        }
        encrypt(DrawnArchive.key(2, 5), new byte[1 << 20]);
        encrypt("wal_005/00000002.history.lzo", "1\t0/500000\tno reason\n".getBytes(StandardCharsets.US_ASCII));
        encrypt("wal_005/000000010000000000000005.partial.lzo", new byte[1 << 20]);
        BackupName name = walESentinel();
        archive.put(ArchiveLayout.version(name), "PostgreSQL 17.4".getBytes(StandardCharsets.US_ASCII));
        encrypt(ArchiveLayout.partition(name, 0, "lzo"), new byte[1024]);

        VerificationReport report = verifyWithoutKey();
        assertEquals(0, report.counts().errors(), () -> texts(report).toString());
        assertEquals(9, report.counts().warnings(), () -> texts(report).toString());
        for (Finding finding : report.findings()) {
            if (finding.severity() == Finding.Severity.WARNING) {
                assertTrue(finding.message().contains("not readable here"), finding::toString);
                assertTrue(finding.hint().orElseThrow().contains("WALARCHIVE_PGP_PRIVATE_KEYS"), finding::toString);
            }
            assertFalse(finding.toString().contains("damaged"), finding::toString);
        }
        BackupReport backup = report.backups().get(0);
        assertEquals(BackupReport.State.NOT_READABLE_HERE, backup.state());
        assertTrue(backup.reason()
                .orElseThrow()
                .startsWith("part_00000000.tar.lzo: it is encrypted and not readable here: "));
        assertEquals(List.of("1 0/3000064 to 0/5000000 END_OF_WAL"), windows(backup));
    }
}
