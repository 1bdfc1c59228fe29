package org.walarchive.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.Backup;
import org.walarchive.BackupDetails;
import org.walarchive.cli.log.Printable;

/**
 * The table of base backups, byte for byte as WAL-E prints it: Python's {@code csv} dialect {@code excel-tab}. No field
 * can hold a character that would have to be quoted: what a damaged sentinel has of them is written as an escape.
 */
final class BackupTable {

    private static final String HEADER = "name\tlast_modified\texpanded_size_bytes\twal_segment_backup_start"
            + "\twal_segment_offset_backup_start\twal_segment_backup_stop\twal_segment_offset_backup_stop\r\n";

    private final PrintStream out;
    private final String scheme;

    /**
     * Makes a table.
     *
     * @param out where it is printed
     * @param scheme the store's scheme: it decides the form of times
     */
    BackupTable(PrintStream out, String scheme) {
        this.out = out;
        this.scheme = scheme;
    }

    void printHeader() {
        print(HEADER);
    }

    void printRows(List<Backup> backups) {
        for (Backup backup : backups) {
            print(row(backup));
        }
    }

    private String row(Backup backup) {
        Optional<BackupDetails> details = backup.details();
        OptionalLong size = details.isPresent() ? details.get().expandedSizeBytes() : OptionalLong.empty();
        return backup.name() + "\t" + time(backup.lastModified()) + "\t"
                + (size.isPresent() ? Long.toString(size.getAsLong()) : "") + "\t"
                + backup.name().segment() + "\t"
                + (backup.name().deltaFrom().isPresent() ? "" : backup.name().offset()) + "\t"
                + details.flatMap(BackupDetails::stopSegment).map(Printable::of).orElse("") + "\t"
                + details.flatMap(BackupDetails::stopOffset).map(Printable::of).orElse("") + "\r\n";
    }

    private String time(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofInstant(asPythonSeesIt(instant), ZoneOffset.UTC);
        String date = utc.toLocalDate().toString();
        String clock = padded(utc.getHour(), 2) + ":" + padded(utc.getMinute(), 2) + ":" + padded(utc.getSecond(), 2);
        int micros = utc.getNano() / 1000;
        String fraction = micros == 0 ? "" : "." + padded(micros, 6);
        return switch (scheme) {
            case "s3" -> date + "T" + clock + "." + padded(micros / 1000, 3) + "Z";
            case "gs", "wabs" -> date + " " + clock + fraction + "+00:00";
            default -> date + "T" + clock + fraction;
        };
    }

    /** Rounds to microseconds by way of a double, as {@code datetime.utcfromtimestamp(os.stat(…).st_mtime)} does. */
    private static Instant asPythonSeesIt(Instant instant) {
        double timestamp = instant.getEpochSecond() + 1e-9 * instant.getNano();
        double seconds = Math.floor(timestamp);
        return Instant.ofEpochSecond((long) seconds).plusNanos((long) Math.rint((timestamp - seconds) * 1e6) * 1000);
    }

    private static String padded(int number, int width) {
        String digits = Integer.toString(number);
        return "0".repeat(width - digits.length()) + digits;
    }

    private void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.write(bytes, 0, bytes.length);
    }
}
