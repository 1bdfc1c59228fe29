package org.walarchive.core.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.verification.VerificationReport;
import org.walarchive.verification.VerifyRequest;

/** An archive that was never a server's: names, sentinels and histories as a test draws them, with segments of 1 MiB. */
final class DrawnArchive {

    static final WalSegmentSize SIZE = WalSegmentSize.ofBytes(1 << 20);

    private final ArchiveFixture fixture = new ArchiveFixture();

    ArchiveFixture fixture() {
        return fixture;
    }

    static WalSegmentName name(long timeline, long number) {
        return WalSegmentName.at(new TimelineId(timeline), number, SIZE);
    }

    /** The position some bytes behind the begin of a segment. */
    static Lsn lsn(long number, long offset) {
        return new Lsn((number << 20) + offset);
    }

    static String key(long timeline, long number) {
        return ArchiveLayout.wal(WalFileName.of(name(timeline, number)), "lzo");
    }

    /** Puts segments, from the first to the last. */
    DrawnArchive segments(long timeline, long first, long last) {
        for (long number = first; number <= last; number++) {
            put(key(timeline, number), new byte[1]);
        }
        return this;
    }

    /** Puts a history file; a line for each ancestor, as in {@code 1 0/500000}. */
    DrawnArchive history(long timeline, String... lines) {
        String text = String.join("\tno reason\n", lines) + "\tno reason\n";
        put(
                ArchiveLayout.wal(WalFileName.parse(new TimelineId(timeline).toHex() + ".history"), "lzo"),
                SegmentBuilder.compress("lzo", text.getBytes(StandardCharsets.US_ASCII)));
        return this;
    }

    /** Puts a backup of one partition. */
    BackupName backup(long timeline, Lsn start, Lsn stop) {
        return backup(timeline, start, stop, new byte[1], "0".repeat(64));
    }

    /** Puts a backup of one partition, with the digest that is recorded of it. */
    BackupName backup(long timeline, Lsn start, Lsn stop, byte[] partition, String sha256) {
        TimelineId on = new TimelineId(timeline);
        BackupName name = BackupName.startingAt(WalSegmentName.containing(on, start, SIZE), start, SIZE);
        BackupRecord record = new BackupRecord(
                SegmentBuilder.CLUSTER,
                170004,
                on,
                start,
                stop,
                SIZE.bytes(),
                BackupRecord.Source.PRIMARY,
                Instant.ofEpochSecond(1_000_000_000),
                Instant.ofEpochSecond(1_000_000_100),
                List.of(new BackupRecord.Partition(0, "part_00000000.tar.lzo", partition.length, sha256, 1)));
        Sentinel sentinel = new Sentinel(
                Optional.of(WalSegmentName.endingAt(on, stop, SIZE).toString()),
                Optional.of(BackupName.offsetText(stop, SIZE)),
                OptionalLong.of(1),
                Optional.of("/srv/pg/"),
                List.of(),
                Optional.of(record));
        put(ArchiveLayout.version(name), "PostgreSQL 17.4".getBytes(StandardCharsets.US_ASCII));
        put(ArchiveLayout.partition(name, 0, "lzo"), partition);
        put(ArchiveLayout.sentinel(name), SentinelJson.write(sentinel));
        return name;
    }

    DrawnArchive put(String key, byte[] bytes) {
        try {
            fixture.put(key, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    DrawnArchive identity() {
        put(
                ArchiveLayout.IDENTITY,
                ("# The PostgreSQL cluster that this archive belongs to.\nsystem_identifier=" + SegmentBuilder.CLUSTER
                                + "\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    VerificationReport verify() throws ArchiveException, InterruptedException {
        return verify(VerifyRequest.of(VerifyRequest.Depth.SHALLOW));
    }

    VerificationReport verify(VerifyRequest request) throws ArchiveException, InterruptedException {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_000_000_000), ZoneOffset.UTC);
        return new Verify(fixture.archive(), clock).verify(request);
    }
}
