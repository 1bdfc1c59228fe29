package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

/** The archive of a cluster that never was: timelines, backups and segments of 1 MiB, in memory. */
final class ModelArchive {

    static final WalSegmentSize SIZE = WalSegmentSize.ofBytes(1 << 20);

    /** What is stored of a tar partition and of a segment: it can be decompressed, and is no tar archive. */
    static final byte[] OBJECT = SegmentBuilder.compress("lzo", new byte[1]);

    /** A second of the cluster's clock, which is the store's. */
    private static final long FIRST_SECOND = 1_000_000_000;

    /** A timeline: where it comes from, and how far it got. */
    static final class Line {
        final long id;
        final Optional<Line> parent;
        final long begin;
        long position;

        Line(long id, Optional<Line> parent, long begin) {
            this.id = id;
            this.parent = parent;
            this.begin = begin;
            this.position = begin;
        }

        TimelineId timeline() {
            return new TimelineId(id);
        }
    }

    /** A backup, as it was taken. */
    record Taken(
            BackupName name, Line line, long start, long stop, boolean complete, Instant started, Instant finished) {}

    private final ArchiveFixture fixture = new ArchiveFixture();
    final List<Line> lines = new ArrayList<>();
    final List<Taken> backups = new ArrayList<>();
    final Set<WalSegmentName> segments = new TreeSet<>();

    ModelArchive() {
        lines.add(new Line(1, Optional.empty(), SIZE.bytes()));
    }

    ArchiveFixture fixture() {
        return fixture;
    }

    Line line(int index) {
        return lines.get(Math.floorMod(index, lines.size()));
    }

    /** Writes WAL, and archives each segment that gets full. */
    void write(Line line, long bytes) {
        long from = line.position / SIZE.bytes();
        line.position += bytes;
        for (long place = from; place < line.position / SIZE.bytes(); place++) {
            segments.add(WalSegmentName.at(line.timeline(), place, SIZE));
        }
    }

    void lose(WalSegmentName segment) {
        segments.remove(segment);
    }

    /** Begins a new timeline at a position of another. */
    Line branch(Line from, long position) throws IOException {
        Line line = new Line(lines.size() + 1, Optional.of(from), position);
        lines.add(line);
        StringBuilder history = new StringBuilder();
        List<Line> path = path(line);
        for (int i = 0; i + 1 < path.size(); i++) {
            history.append(path.get(i).id)
                    .append('\t')
                    .append(new Lsn(path.get(i + 1).begin))
                    .append("\tno recovery target specified\n\n");
        }
        fixture.put(
                "wal_005/" + line.timeline().toHex() + ".history.lzo",
                SegmentBuilder.compress("lzo", history.toString().getBytes(StandardCharsets.UTF_8)));
        return line;
    }

    /** Returns a timeline with those it comes from, oldest first. */
    static List<Line> path(Line line) {
        List<Line> path = line.parent.map(ModelArchive::path).orElseGet(ArrayList::new);
        path.add(line);
        return path;
    }

    /** Takes a backup; one that is not complete lacks its tar partition. */
    Taken backup(Line line, long bytesMeanwhile, boolean complete, long startSecond, long seconds) throws IOException {
        Lsn start = new Lsn(line.position);
        write(line, bytesMeanwhile + 100);
        Lsn stop = new Lsn(line.position);
        BackupName name = BackupName.startingAt(WalSegmentName.containing(line.timeline(), start, SIZE), start, SIZE);
        Instant started = Instant.ofEpochSecond(FIRST_SECOND + startSecond);
        Instant finished = started.plusSeconds(seconds);
        BackupRecord record = new BackupRecord(
                SegmentBuilder.CLUSTER,
                170001,
                line.timeline(),
                start,
                stop,
                SIZE.bytes(),
                BackupRecord.Source.PRIMARY,
                started,
                finished,
                List.of(new BackupRecord.Partition(
                        0, ArchiveLayout.partitionName(0, "lzo"), OBJECT.length, "0".repeat(64), 1)));
        if (complete) {
            fixture.put(ArchiveLayout.partition(name, 0, "lzo"), OBJECT);
        }
        fixture.put(
                ArchiveLayout.sentinel(name),
                SentinelJson.write(new Sentinel(
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.of(1),
                        Optional.empty(),
                        List.of(),
                        Optional.of(record))));
        Taken taken = new Taken(name, line, start.value(), stop.value(), complete, started, finished);
        backups.add(taken);
        return taken;
    }

    /** Puts the segments, in order of their names. */
    void putSegments() throws IOException {
        for (WalSegmentName segment : segments) {
            fixture.put(ArchiveLayout.wal(WalFileName.of(segment), "lzo"), OBJECT);
        }
    }

    /**
     * The segment that recovery along a timeline reads for a place, as PostgreSQL looks for it ({@code XLogFileReadAnyTLI}): the
     * newest timeline on the way that had begun by then.
     */
    static WalSegmentName read(Line target, long place) {
        List<Line> path = path(target);
        for (int i = path.size() - 1; i > 0; i--) {
            if (path.get(i).begin / SIZE.bytes() <= place) {
                return WalSegmentName.at(path.get(i).timeline(), place, SIZE);
            }
        }
        return WalSegmentName.at(path.get(0).timeline(), place, SIZE);
    }

    /** Tells whether a backup was consistent before its timeline was left for the target's. */
    static boolean leadsTo(Taken backup, Line target) {
        List<Line> path = path(target);
        int at = path.indexOf(backup.line());
        return at == path.size() - 1 || at >= 0 && backup.stop() <= path.get(at + 1).begin;
    }

    /** The places whose segments are missing between two. */
    Map<Long, WalSegmentName> missing(Line target, long first, long last) {
        Map<Long, WalSegmentName> missing = new TreeMap<>();
        for (long place = first; place <= last; place++) {
            WalSegmentName segment = read(target, place);
            if (!segments.contains(segment)) {
                missing.put(place, segment);
            }
        }
        return missing;
    }
}
