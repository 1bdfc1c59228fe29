package org.walarchive.core.drill;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.drill.DrillReport;
import org.walarchive.drill.DrillReport.Step;
import org.walarchive.postgres.SystemIdentifier;

/** What a drill found out so far. */
final class Findings {

    private final BackupName backup;
    private final Instant begun;
    private final Map<Step, Duration> elapsed = new EnumMap<>(Step.class);
    private Optional<DrillReport.Failure> failure = Optional.empty();
    private Optional<String> serverVersion = Optional.empty();
    private Optional<SystemIdentifier> systemIdentifier = Optional.empty();
    private long restoredBytes;
    private WalFeeder.Progress wal = new WalFeeder.Progress(0, Optional.empty(), Optional.empty());
    private Optional<DrillReport.Reached> reached = Optional.empty();
    private Optional<DrillReport.QueryResult> result = Optional.empty();
    private Optional<Path> directory = Optional.empty();

    Findings(BackupName backup, Clock clock) {
        this.backup = backup;
        this.begun = clock.instant();
    }

    void took(Step step, Duration time) {
        elapsed.merge(step, time, Duration::plus);
    }

    void failed(Step step, ArchiveException cause, List<String> serverLog) {
        failure = Optional.of(new DrillReport.Failure(step, cause, serverLog));
    }

    boolean hasFailed() {
        return failure.isPresent();
    }

    void restored(SystemIdentifier cluster, long bytes) {
        systemIdentifier = Optional.of(cluster);
        restoredBytes = bytes;
    }

    void fed(WalFeeder.Progress progress) {
        wal = progress;
    }

    void answered(String version) {
        serverVersion = Optional.of(version);
    }

    void reached(RecoveryEnd end, Optional<Instant> lastTransaction) {
        reached = Optional.of(new DrillReport.Reached(end.timeline(), end.lsn(), lastTransaction));
    }

    void result(DrillReport.QueryResult rows) {
        result = Optional.of(rows);
    }

    void left(Path root) {
        directory = Optional.of(root);
    }

    DrillReport report() {
        return new DrillReport(
                backup,
                failure,
                begun,
                elapsed,
                serverVersion,
                systemIdentifier,
                restoredBytes,
                wal.segments(),
                wal.last(),
                reached,
                result,
                directory);
    }
}
