package org.walarchive.core.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresVersion;
import org.walarchive.verification.BackupReport;
import org.walarchive.verification.RecoveryWindow;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

@Timeout(180)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class CleanArchiveIT {

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "PostgreSQL {0}")
    @EnumSource(
            value = PostgresVersion.class,
            names = {"V10", "V11", "V15", "V17", "V18"})
    @DisplayName("an archive of a server under load, with a promotion, gives no false alarm")
    void nothingIsFound(PostgresVersion version) throws Exception {
        RealArchive real = new RealArchive(version, "zstd", directory).fill();
        VerificationReport report = new Verify(real.archive()).verify(VerifyRequest.of(VerifyRequest.Depth.DEEP));
        assertEquals(List.of(), report.findings());
        assertTrue(report.read().objects() > 10, report.read().toString());
        assertTrue(
                real.fixture().keys("wal_005/").stream().anyMatch(key -> key.contains(".partial.")),
                "no partial segment");
        assertEquals(2, report.timelines().size());
        assertEquals(
                List.of(List.of(1L, 2L), List.of(1L, 2L), List.of(2L)),
                report.backups().stream().map(CleanArchiveIT::timelines).toList());
    }

    private static List<Long> timelines(BackupReport backup) {
        return backup.windows().stream()
                .map(RecoveryWindow::timeline)
                .map(timeline -> timeline.value())
                .toList();
    }
}
