package org.walarchive.core.retention;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.ArchiveException;
import org.walarchive.BackupName;
import org.walarchive.DeletionDecision;
import org.walarchive.DeletionOverride;
import org.walarchive.DeletionPlan;
import org.walarchive.DeletionPolicy;
import org.walarchive.DeletionResult;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.sentinel.SentinelJson;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.HandClock;
import org.walarchive.core.wal.SegmentBuilder;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.TimelineId;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.MemoryStoreProvider;

/** An archive in memory at a time of its own, whose WAL segments have nothing but their first page. */
final class TestArchive {

    static final WalSegmentSize SIZE = WalSegmentSize.ofBytes(16 << 20);

    /** The time at which deletions are planned. */
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static final byte[] FIRST_PAGE = SegmentBuilder.compress(
            "lzo",
            Arrays.copyOf(
                    SegmentBuilder.segment("000000010000000000000001")
                            .size(SIZE.bytes())
                            .bytes(),
                    8192));

    private final HandClock clock = new HandClock(NOW);
    private byte[] content = FIRST_PAGE;

    private final MemoryStoreProvider provider = new MemoryStoreProvider(clock, 7);

    final BlobStore store = provider.open(StoreLocation.parse("memory://m"), StoreSettings.none());
    final List<ArchiveEvent> events = new ArrayList<>();
    ArchiveConfig.Builder config = ArchiveConfig.builder("memory://m").retryDeadline(Duration.ZERO);

    /** Makes what is put from now on so old. */
    TestArchive ago(Duration age) {
        clock.set(NOW.minus(age));
        return this;
    }

    /** Makes what is put from now on of this moment. */
    TestArchive at(Instant moment) {
        clock.set(moment);
        return this;
    }

    static WalSegmentName segment(long timeline, long number) {
        return WalSegmentName.at(new TimelineId(timeline), number, SIZE);
    }

    static BackupName backup(long timeline, long number) {
        return new BackupName(segment(timeline, number), "00000040");
    }

    void put(String key, String content) {
        put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    void put(String key, byte[] content) {
        try {
            store.put(key, BlobSource.of(content), PutMode.OVERWRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void wal(long timeline, long first, long last) {
        for (long number = first; number <= last; number++) {
            put(walKey(timeline, number), content);
        }
    }

    /** Makes the content of segments useless from now on, as encryption does. */
    void hideSegments() {
        content = new byte[0];
    }

    static String walKey(long timeline, long number) {
        return ArchiveLayout.wal(WalFileName.of(segment(timeline, number)), "lzo");
    }

    void history(long timeline, String text) {
        put(
                "wal_005/" + new TimelineId(timeline).toHex() + ".history.lzo",
                SegmentBuilder.compress("lzo", text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A line of a history: a timeline that was left within a segment. */
    static String left(long timeline, long number) {
        return timeline + "\t" + segment(timeline, number).startLsn(SIZE).plus(SIZE.bytes() / 2) + "\tno reason\n";
    }

    /** A backup of ours with two partitions, finished when it was put. */
    BackupName ours(long timeline, long number) {
        return ours(timeline, number, SegmentBuilder.CLUSTER);
    }

    BackupName ours(long timeline, long number, SystemIdentifier cluster) {
        BackupName name = backup(timeline, number);
        objects(name, 2);
        WalSegmentName stop = segment(timeline, number + 1);
        BackupRecord record = new BackupRecord(
                cluster,
                170000,
                new TimelineId(timeline),
                segment(timeline, number).startLsn(SIZE).plus(40),
                stop.startLsn(SIZE).plus(256),
                SIZE.bytes(),
                BackupRecord.Source.PRIMARY,
                clock.instant().minusSeconds(60),
                clock.instant(),
                IntStream.range(0, 2)
                        .mapToObj(i -> new BackupRecord.Partition(
                                i, ArchiveLayout.partitionName(i, "lzo"), 9, "0".repeat(64), 9))
                        .toList());
        sentinel(name, stop, Optional.of(record));
        return name;
    }

    /** A backup as WAL-E makes it. */
    BackupName walE(long timeline, long number) {
        BackupName name = backup(timeline, number);
        objects(name, 2);
        sentinel(name, segment(timeline, number + 1), Optional.empty());
        return name;
    }

    /** A backup as WAL-G makes it: full, or with the changes from another. */
    BackupName walG(long timeline, long number, Optional<BackupName> from) {
        BackupName name = new BackupName(
                segment(timeline, number),
                from.map(full -> "D_" + full.segment()).orElse(""));
        for (String object : List.of("part_001", "backup_label", "pg_control")) {
            put(ArchiveLayout.partitions(name) + object + ".tar.lz4", "partition");
        }
        put(ArchiveLayout.walGFiles(name), "{}");
        permanent(name, false);
        long start = segment(timeline, number).startLsn(SIZE).value();
        put(
                ArchiveLayout.sentinel(name),
                "{\"LSN\":" + (start + 40) + ",\"PgVersion\":170011,\"FinishLSN\":" + (start + SIZE.bytes() + 256)
                        + ",\"SystemIdentifier\":" + SegmentBuilder.CLUSTER
                        + from.map(full -> ",\"DeltaFrom\":\"" + full + "\"").orElse("") + "}");
        return name;
    }

    void permanent(BackupName name, boolean permanent) {
        put(ArchiveLayout.walGMetadata(name), "{\"start_lsn\":1,\"is_permanent\":" + permanent + "}");
    }

    private void sentinel(BackupName name, WalSegmentName stop, Optional<BackupRecord> record) {
        put(
                ArchiveLayout.sentinel(name),
                SentinelJson.write(new Sentinel(
                        Optional.of(stop.toString()),
                        Optional.of("00000256"),
                        OptionalLong.of(18),
                        Optional.of("/srv/pg/"),
                        List.of(),
                        record)));
    }

    /** What a backup puts before its sentinel. */
    BackupName unfinished(long timeline, long number) {
        BackupName name = backup(timeline, number);
        objects(name, 1);
        return name;
    }

    private void objects(BackupName name, int partitions) {
        put(ArchiveLayout.version(name), "PostgreSQL 17.0");
        for (int i = 0; i < partitions; i++) {
            put(ArchiveLayout.partition(name, i, "lzo"), "partition");
        }
    }

    void keep(BackupName name) {
        put(ArchiveLayout.keepMark(name), "");
    }

    void delete(String key) {
        try {
            store.delete(List.of(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ArchiveStore archive() {
        return archive(store);
    }

    ArchiveStore archive(BlobStore other) {
        return new ArchiveStore(config.build(), other, events::add);
    }

    Retention retention() {
        return new Retention(archive(), () -> NOW);
    }

    DeletionPlan plan(DeletionPolicy policy, DeletionOverride... overrides)
            throws ArchiveException, InterruptedException {
        return retention().plan(policy, Set.of(overrides));
    }

    DeletionResult execute(DeletionPlan plan) throws ArchiveException, InterruptedException {
        return execute(plan, store);
    }

    DeletionResult execute(DeletionPlan plan, BlobStore other) throws ArchiveException, InterruptedException {
        clock.set(NOW);
        return new DeletionRun(archive(other), () -> NOW).execute(plan);
    }

    DeletionResult delete(DeletionPolicy policy, DeletionOverride... overrides)
            throws ArchiveException, InterruptedException {
        return execute(plan(policy, overrides));
    }

    /** Every decision of a plan by its key. */
    static Map<String, DeletionDecision> decisions(DeletionPlan plan) {
        Map<String, DeletionDecision> decisions = new TreeMap<>();
        plan.forEach(decision -> {
            if (decisions.put(decision.key(), decision) != null) {
                throw new AssertionError(decision.key() + " is decided about twice");
            }
        });
        return decisions;
    }

    /** Everything with its content, but for the times. */
    Map<String, String> everything() {
        try {
            Map<String, String> all = new TreeMap<>();
            for (BlobInfo blob : archive().list("", ListDepth.ALL)) {
                try (BlobContent content = store.get(blob.key())) {
                    all.put(blob.key(), new String(content.stream().readAllBytes(), StandardCharsets.ISO_8859_1));
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
