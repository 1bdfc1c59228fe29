package org.walarchive.core.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveEvent;
import org.walarchive.Compression;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.FaultRule;
import org.walarchive.store.tck.FaultyBlobStore;
import org.walarchive.store.tck.MemoryStoreProvider;

/** An archive in memory, whose store can be made to fail, and whose retries take no time. */
public final class ArchiveFixture {

    /** How long a retry goes on, by a clock that only its waits move. */
    public static final Duration DEADLINE = Duration.ofSeconds(60);

    /** The time at which the next blob is put; every put takes a second. */
    private final AtomicLong second = new AtomicLong(1_000_000_000);

    private final MemoryStoreProvider provider;
    private final BlobStore memory;
    private final List<ArchiveEvent> events = new CopyOnWriteArrayList<>();
    private final ManualTime time = new ManualTime();

    /** Makes an empty archive. */
    public ArchiveFixture() {
        this(MemoryStoreProvider.DEFAULT_PAGE_SIZE);
    }

    /** Makes an empty archive whose lists have pages of a size. */
    public ArchiveFixture(int pageSize) {
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochSecond(second.incrementAndGet());
            }
        };
        provider = new MemoryStoreProvider(clock, pageSize);
        memory = provider.open(StoreLocation.parse("memory://m"), StoreSettings.none());
    }

    /** The store, without faults. */
    public BlobStore memory() {
        return memory;
    }

    /** What was told. */
    public List<ArchiveEvent> events() {
        return events;
    }

    /** How long all retries waited together. */
    public Duration waited() {
        return time.elapsed();
    }

    /** The retries' clock. */
    public ManualTime time() {
        return time;
    }

    /** Removes the container. */
    public void drop() {
        provider.drop("m");
    }

    /** The archive, with WAL-E's compression. */
    public ArchiveStore archive(FaultRule... rules) {
        return archive("lzo", rules);
    }

    public ArchiveStore archive(String compression, FaultRule... rules) {
        return archive(config(compression), new FaultyBlobStore(memory, rules));
    }

    public ArchiveConfig.Builder config(String compression) {
        return ArchiveConfig.builder("memory://m").compression(Compression.parse(compression));
    }

    public ArchiveStore archive(ArchiveConfig.Builder config, BlobStore store) {
        return new ArchiveStore(config.build(), store, new SplittableRandom(1), time, events::add);
    }

    public void put(String key, byte[] bytes) throws IOException {
        memory.put(key, BlobSource.of(bytes), PutMode.OVERWRITE);
    }

    public void remove(String key) {
        try {
            memory.delete(List.of(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes(String key) throws IOException {
        try (BlobContent content = memory.get(key)) {
            return content.stream().readAllBytes();
        }
    }

    public List<String> keys(String prefix) throws IOException {
        return new ArchiveStore(config("lzo").build(), memory, events::add)
                .list(prefix, ListDepth.ALL).stream().map(BlobInfo::key).toList();
    }

    /** Everything, with its content: equal before and after what must change nothing. */
    public Map<String, String> everything() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String key : keys("")) {
            all.put(key, new String(bytes(key), StandardCharsets.ISO_8859_1));
        }
        return all;
    }
}
