package org.walarchive.core.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.walarchive.ArchiveConfig;
import org.walarchive.core.store.ArchiveFixture;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.core.store.HandClock;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.MemoryStoreProvider;

/** One archive in memory and one directory, where one use case meets one fault. The two clocks stand still unless a test moves them. */
final class Scene {

    /** The moment at which everything happens. */
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    /** Small, so that lists have several pages. */
    private static final int PAGE_SIZE = 7;

    final Path root;
    final HandClock here = new HandClock(NOW);
    final HandClock there = new HandClock(NOW);
    final ArchiveFixture fixture = new ArchiveFixture();

    /** The store, without faults. */
    final BlobStore memory =
            new MemoryStoreProvider(there, PAGE_SIZE).open(StoreLocation.parse("memory://m"), StoreSettings.none());

    /** What deletions were planned to delete. */
    final Set<String> planned = new HashSet<>();

    /** An object and when it was put. */
    record Stored(byte[] bytes, Instant put) {}

    Scene(Path root) {
        this.root = root;
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The data directory, and the one that is restored. */
    Path data() {
        return root.resolve("data");
    }

    Path wal() {
        return data().resolve("pg_wal");
    }

    Path target() {
        return root.resolve("target");
    }

    /** Where a fetched file goes. */
    Path fetched() {
        return root.resolve("fetched");
    }

    ArchiveConfig.Builder config() {
        return fixture.config("lzo").poolSize(1).partitionSizeBytes(1 << 20);
    }

    /** The archive, by a store that may be faulty. */
    ArchiveStore archive(BlobStore store) {
        return fixture.archive(config(), store);
    }

    /** The archive without faults. */
    ArchiveStore archive() {
        return archive(memory);
    }

    Scene load(Map<String, Stored> objects) {
        objects.forEach((key, stored) -> put(key, stored.bytes(), stored.put()));
        return this;
    }

    void put(String key, byte[] bytes, Instant put) {
        Instant before = there.instant();
        there.set(put);
        try {
            memory.put(key, BlobSource.of(bytes), PutMode.OVERWRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            there.set(before);
        }
    }

    void remove(String key) {
        try {
            memory.delete(List.of(key));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes(String key) throws IOException {
        try (BlobContent content = memory.get(key)) {
            return content.stream().readAllBytes();
        }
    }

    Map<String, Stored> objects() {
        try {
            Map<String, Stored> all = new TreeMap<>();
            String token = null;
            do {
                ListPage page = memory.list("", ListDepth.ALL, token);
                for (BlobInfo blob : page.blobs()) {
                    all.put(blob.key(), new Stored(bytes(blob.key()), blob.lastModified()));
                }
                token = page.nextPageToken().orElse(null);
            } while (token != null);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every object with its content. */
    Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        objects().forEach((key, stored) -> contents.put(key, new String(stored.bytes(), StandardCharsets.ISO_8859_1)));
        return contents;
    }

    /** The files below a directory, by their paths from the root. */
    Set<String> files() {
        try (Stream<Path> paths = Files.walk(root)) {
            Set<String> files = new HashSet<>();
            for (Path path : paths.toList()) {
                if (!Files.isDirectory(path)) {
                    files.add(root.relativize(path).toString());
                }
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
