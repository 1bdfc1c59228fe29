package org.walarchive.core.prefetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.walarchive.WalFetchResult;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/** A WAL directory and an archive in memory, with segments of 1 MiB. */
final class Recovery {

    static final WalSegmentSize SIZE = WalSegmentSize.ofBytes(1 << 20);

    /** Short where a test waits for it, else longer than any test. */
    static final Keeper.Patience PATIENCE = new Keeper.Patience(
            Duration.ofMillis(200),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ZERO,
            Duration.ZERO);

    final ArchiveFixture fixture = new ArchiveFixture();
    final Path wal;

    Recovery(Path directory) throws IOException {
        wal = Files.createDirectories(directory.resolve("pg_wal"));
    }

    static WalSegmentName segment(long timeline, long number) {
        return WalSegmentName.at(new TimelineId(timeline), number, SIZE);
    }

    static byte[] bytes(WalSegmentName segment) {
        return SegmentBuilder.segment(segment.toString())
                .noise(5000)
                .seed(segment.hashCode())
                .bytes();
    }

    Recovery archive(long timeline, long from, long to) {
        for (long number = from; number < to; number++) {
            archive(segment(timeline, number), bytes(segment(timeline, number)));
        }
        return this;
    }

    Recovery archive(WalSegmentName segment, byte[] bytes) {
        try {
            fixture.put("wal_005/" + segment + ".lzo", SegmentBuilder.compress("lzo", bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Recovery identity(Object cluster) throws IOException {
        fixture.put(
                "walarchive/identity.properties",
                ("system_identifier=" + cluster + "\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    Path target() {
        return wal.resolve("RECOVERYXLOG");
    }

    Path area() {
        return wal.resolve(".walarchive/prefetch");
    }

    /** Makes it a data directory whose server recovers. */
    Recovery server() throws IOException {
        Files.createDirectories(wal.resolveSibling("global"));
        for (String file : List.of("global/pg_control", "recovery.signal", "postmaster.pid")) {
            Files.createFile(wal.resolveSibling(file));
        }
        return this;
    }

    void expect(Prefetch prefetch, WalSegmentName segment) throws Exception {
        assertEquals(WalFetchResult.FETCHED, prefetch.fetch(WalFileName.of(segment), target()));
        expectTarget(segment);
    }

    void expectTarget(WalSegmentName segment) throws IOException {
        assertArrayEquals(bytes(segment), Files.readAllBytes(target()), segment.toString());
    }

    /** The names in the area, in order; empty also if it is not there. */
    List<String> names() throws IOException {
        if (!Files.isDirectory(area())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(area())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
