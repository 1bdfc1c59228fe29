package org.walarchive.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.BackupState;
import org.walarchive.cli.log.Printable;

/** The table of base backups for people: aligned, with units. What scripts read is {@link BackupTable} and {@link BackupJson}. */
final class BackupOverview {

    private static final List<String> HEADER = List.of("NAME", "STATE", "AGE", "SIZE", "STORED", "SERVER", "WAL");

    private static final String UNKNOWN = "-";

    private final Clock clock;

    BackupOverview(Clock clock) {
        this.clock = clock;
    }

    String of(List<Backup> backups) {
        if (backups.isEmpty()) {
            return "no base backups\n";
        }
        List<List<String>> rows = new ArrayList<>(List.of(HEADER));
        backups.forEach(backup -> rows.add(row(backup)));
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            appendRow(text, row, rows);
        }
        for (Backup backup : backups) {
            backup.state()
                    .flatMap(BackupState::reason)
                    .ifPresent(reason -> text.append('\n')
                            .append(backup.name())
                            .append(" is broken: ")
                            .append(Printable.of(reason))
                            .append('\n'));
        }
        return text.toString();
    }

    private static void appendRow(StringBuilder text, List<String> row, List<List<String>> rows) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            int at = column;
            int width = rows.stream()
                    .mapToInt(other -> other.get(at).length())
                    .max()
                    .orElse(0);
            String cell = row.get(column);
            String space = " ".repeat(width - cell.length());
            boolean number = column >= 2 && column <= 4;
            line.append(number ? space + cell : cell + space).append("  ");
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private List<String> row(Backup backup) {
        Optional<BackupDetails> details = backup.details();
        Optional<BackupState> state = backup.state();
        Instant taken = details.flatMap(BackupDetails::finished).orElse(backup.lastModified());
        return List.of(
                backup.name().toString(),
                state.map(known -> word(known.kind())).orElse(UNKNOWN),
                age(Duration.between(taken, clock.instant())),
                details.filter(known -> known.expandedSizeBytes().isPresent())
                        .map(known -> size(known.expandedSizeBytes().getAsLong()))
                        .orElse(UNKNOWN),
                state.map(known -> size(known.storedSizeBytes())).orElse(UNKNOWN),
                details.flatMap(BackupDetails::serverVersion)
                        .map(BackupOverview::version)
                        .orElse(UNKNOWN),
                wal(backup));
    }

    private static String word(BackupState.Kind kind) {
        return switch (kind) {
            case COMPLETE -> "complete";
            case IN_PROGRESS -> "in progress";
            case ABANDONED -> "abandoned";
            case BROKEN -> "BROKEN";
        };
    }

    /** From where to where recovery needs WAL to make the backup consistent: positions where they are known, else segments. */
    private static String wal(Backup backup) {
        Optional<BackupDetails> details = backup.details();
        String timeline = "timeline " + backup.name().segment().timeline() + ", ";
        if (details.isPresent()
                && details.get().startLsn().isPresent()
                && details.get().stopLsn().isPresent()) {
            return timeline + details.get().startLsn().get() + " to "
                    + details.get().stopLsn().get();
        }
        return timeline + backup.name().segment() + " to "
                + details.flatMap(BackupDetails::stopSegment).map(Printable::of).orElse("?");
    }

    /** Returns {@code 14.17} for 140017, and {@code 9.6.24} for 90624. */
    static String version(int number) {
        return number >= 100_000
                ? number / 10_000 + "." + number % 10_000
                : number / 10_000 + "." + number / 100 % 100 + "." + number % 100;
    }

    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double amount = bytes;
        int unit = 0;
        while (amount >= 1023.95 && unit < 6) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", amount, "KMGTPE".charAt(unit - 1));
    }

    /** Returns a duration in its two greatest units. */
    static String age(Duration age) {
        if (age.isNegative()) {
            return "0 min";
        }
        if (age.toDays() > 0) {
            return age.toDays() + " d " + age.toHoursPart() + " h";
        }
        return age.toHours() > 0 ? age.toHours() + " h " + age.toMinutesPart() + " min" : age.toMinutes() + " min";
    }
}
