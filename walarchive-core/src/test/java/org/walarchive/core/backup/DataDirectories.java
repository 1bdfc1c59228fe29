package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.walarchive.ArchiveException;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.WalSegmentName;

/** Small data directories of stopped servers: the control file and last segment of a real cluster, and some files. */
final class DataDirectories {

    /** Values of {@code DBState} in {@code pg_control.h}. */
    static final int SHUT_DOWN_IN_RECOVERY = 2;

    static final int IN_PRODUCTION = 6;

    private static final int STATE_OFFSET = 16;
    private static final String CONTROL = "global/pg_control";

    private DataDirectories() {}

    /** Returns the segment that holds a cluster's last checkpoint. */
    static WalSegmentName lastSegment(Path cluster) throws IOException, ArchiveException {
        ControlFile control = ControlFile.read(cluster);
        return WalSegmentName.containing(control.timeline(), control.redo(), control.walSegmentSize());
    }

    /** Makes a directory of some MiB: with partitions of 1 MiB, a file in each, and a few small ones. */
    static Path make(Path cluster, Path directory) throws IOException, ArchiveException {
        Random random = new Random(7);
        for (int i = 0; i < 5; i++) {
            byte[] bytes = new byte[700_000 + i];
            random.nextBytes(bytes);
            SegmentBuilder.write(directory.resolve("base/1/" + (16384 + i)), bytes);
        }
        for (String name : new String[] {"PG_VERSION", CONTROL, "pg_wal/" + lastSegment(cluster)}) {
            SegmentBuilder.write(directory.resolve(name), Files.readAllBytes(cluster.resolve(name)));
        }
        SegmentBuilder.write(directory.resolve("base/1/empty"), new byte[0]);
        SegmentBuilder.write(directory.resolve("base/1/a name\nof é"), new byte[10]);
        SegmentBuilder.write(directory.resolve("postgresql.conf"), "port = 1\n".getBytes(StandardCharsets.US_ASCII));
        Files.createDirectories(directory.resolve("pg_tblspc"));
        Files.createDirectories(directory.resolve("pg_wal/archive_status"));
        try (Stream<Path> paths = Files.walk(directory)) {
            long second = 1_000_000_000;
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                boolean isDirectory = Files.isDirectory(path);
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(isDirectory ? "rwxr-x---" : "rw-r-----"));
                Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(second++)));
            }
        }
        // it is always stored like the directory it is in, whether it is there or not
        Files.setLastModifiedTime(
                directory.resolve("pg_wal/archive_status"), Files.getLastModifiedTime(directory.resolve("pg_wal")));
        return directory;
    }

    /** Fails naming the files that differ. */
    static void requireSame(Path expected, Path restored) throws IOException {
        Map<String, String> one = describe(expected);
        Map<String, String> other = describe(restored);
        Map<String, String> differing = new TreeMap<>(one);
        other.forEach((name, file) -> differing.merge(name, file, (a, b) -> a.equals(b) ? null : a + " <> " + b));
        assertEquals(Map.of(), differing);
    }

    /** Describes every file: its mode, time and content. */
    static Map<String, String> describe(Path root) throws IOException {
        Map<String, String> described = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                String kind = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        ? "directory"
                        : "file " + new CrcOf(Files.readAllBytes(path));
                described.put(
                        root.relativize(path).toString(),
                        mode + " " + Files.getLastModifiedTime(path).to(TimeUnit.MICROSECONDS) + " " + kind);
            }
        }
        return described;
    }

    /** The length and checksum of a content. */
    record CrcOf(int length, long crc) {
        CrcOf(byte[] bytes) {
            this(bytes.length, DataDirectories.crc(bytes, bytes.length));
        }
    }

    private static long crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }

    /** Puts another state into the control file, whose checksum is right again afterwards. */
    static void state(Path directory, int state) {
        try {
            Path file = directory.resolve(CONTROL);
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            int end = 100;
            while (crc(bytes, end) != Integer.toUnsignedLong(buffer.getInt(end))) {
                end += 4;
            }
            buffer.putInt(STATE_OFFSET, state);
            buffer.putInt(end, (int) crc(bytes, end));
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
