package org.walarchive.core.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.WalQueueLimit;
import org.walarchive.postgres.WalFileName;

final class WalQueueTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path wal;

    private static String name(int number) {
        return "0000000100000000000000%02X".formatted(number);
    }

    private static void ready(Path wal, String name, long bytes) throws IOException {
        Files.createDirectories(wal.resolve("archive_status"));
        try (RandomAccessFile file = new RandomAccessFile(wal.resolve(name).toFile(), "rw")) {
            file.setLength(bytes);
        }
        Files.createFile(wal.resolve("archive_status/" + name + ".ready"));
    }

    private static OptionalLong excess(Path wal, long limit, String asked) {
        return new WalQueue(wal, new WalQueueLimit(limit)).excess(WalFileName.parse(asked));
    }

    @Property(tries = 60)
    void itIsExceededByMoreSegmentsThanFit(
            @ForAll @IntRange(max = 12) int segments,
            @ForAll @IntRange(max = 3) int partials,
            @ForAll @IntRange(max = 3) int histories,
            @ForAll @IntRange(max = 3) int backups,
            @ForAll @IntRange(max = 2) int power,
            @ForAll @IntRange(min = 1, max = 50) int limit)
            throws IOException {
        Path directory = Files.createTempDirectory("queue");
        try {
            int size = MIB << power;
            String last = "";
            for (int i = 0; i < histories; i++) {
                last = "0000000" + (i + 1) + ".history";
                ready(directory, last, 50);
            }
            for (int i = 0; i < backups; i++) {
                last = name(i) + ".00000028.backup";
                ready(directory, last, 300);
            }
            for (int i = 0; i < segments; i++) {
                last = name(i);
                ready(directory, last, size);
            }
            for (int i = 0; i < partials; i++) {
                last = name(20 + i) + ".partial";
                ready(directory, last, size);
            }
            long waiting = (long) (segments + partials) * size;
            OptionalLong expected = waiting > (long) limit * MIB ? OptionalLong.of(waiting) : OptionalLong.empty();
            for (String asked : new String[] {last, "00000001.history", name(0), name(0) + ".00000028.backup"}) {
                if (Files.exists(directory.resolve(asked)) && !asked.isEmpty()) {
                    assertEquals(expected, excess(directory, (long) limit * MIB, asked), asked);
                }
            }
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void aFileThatPostgresqlDoesNotWaitForExceedsNothing() throws Exception {
        ready(wal, name(1), MIB);
        ready(wal, name(2), MIB);
        Files.move(
                wal.resolve("archive_status/" + name(1) + ".ready"),
                wal.resolve("archive_status/" + name(1) + ".done"));
        ready(wal, name(3), MIB);
        assertEquals(OptionalLong.empty(), excess(wal, MIB, name(1)));
        assertEquals(OptionalLong.of(2 * MIB), excess(wal, MIB, name(2)));
    }

    @Test
    void aDamagedFileIsMeasuredByTheOthers() throws Exception {
        ready(wal, name(1), 4711);
        ready(wal, name(2), 0);
        ready(wal, name(3), MIB);
        assertEquals(OptionalLong.of(3 * MIB), excess(wal, 2 * MIB, name(1)));
    }

    @Test
    void whatCannotBeMeasuredIsNotExceeded() throws Exception {
        ready(wal, name(1), 4711);
        ready(wal, name(2), 4711);
        Files.createFile(wal.resolve("archive_status/" + name(3) + ".ready"));
        assertEquals(OptionalLong.empty(), excess(wal, MIB, name(1)));
        assertEquals(OptionalLong.empty(), excess(wal.resolve("nothing"), MIB, name(1)));
    }
}
