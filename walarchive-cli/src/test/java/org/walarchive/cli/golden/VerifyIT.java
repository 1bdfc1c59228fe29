package org.walarchive.cli.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.ArchiveConfig;
import org.walarchive.WalArchive;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** WAL-E's archives, as far as they are those of a server. */
final class VerifyIT {

    @TempDir
    private Path directory;

    private VerificationReport verify(WalEArchive archive) throws Exception {
        Path copy = archive.copyTo(directory);
        try (WalArchive opened =
                WalArchive.open(ArchiveConfig.builder("file://localhost" + copy).build())) {
            return opened.verification().verify(VerifyRequest.of(VerifyRequest.Depth.DEEP));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TBLSPC"})
    void nothingIsFoundInAWholeArchive(WalEArchive archive) throws Exception {
        VerificationReport report = verify(archive);
        assertEquals(List.of(), report.findings());
        assertTrue(report.backups().stream().allMatch(backup -> backup.state() == BackupReport.State.GOOD));
        assertTrue(report.cluster().isPresent());
    }

    @Test
    void bothTimelinesCanBeReached() throws Exception {
        VerificationReport report = verify(WalEArchive.PLAIN);
        assertEquals(
                List.of("1 00000001000000000000000D", "2 00000002000000000000000E"),
                report.backups().get(0).windows().stream()
                        .map(window -> window.timeline() + " " + window.lastSegment())
                        .toList());
    }
}
