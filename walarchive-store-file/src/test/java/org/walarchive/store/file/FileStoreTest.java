package org.walarchive.store.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/** What the file store promises beyond the contract. */
@Timeout(60)
final class FileStoreTest {

    private static final byte[] BYTES = {1, 2, 3, 4, 5};

    private @TempDir Path outside;

    private Path root() {
        return outside.resolve("archive");
    }

    private FileBlobStore store() {
        return FileBlobStoreTest.open(root(), 5);
    }

    private FileBlobStore store(Clock clock, Staging.LinkStep linkStep) {
        FileTree tree = new FileTree(StoreLocation.parse("file://localhost" + root()));
        return new FileBlobStore(tree, new Staging(tree, clock, linkStep), 5);
    }

    private static void put(BlobStore store, String key) throws IOException {
        assertEquals(PutResult.WRITTEN, store.put(key, BlobSource.of(BYTES), PutMode.IF_ABSENT));
    }

    private static byte[] read(BlobStore store, String key) throws IOException {
        try (BlobContent content = store.get(key)) {
            return content.stream().readAllBytes();
        }
    }

    private static List<String> keys(BlobStore store, String prefix) throws StoreException {
        List<String> keys = new ArrayList<>();
        Optional<String> token = Optional.empty();
        do {
            ListPage page = store.list(prefix, ListDepth.ALL, token.orElse(null));
            page.blobs().stream().map(BlobInfo::key).forEach(keys::add);
            token = page.nextPageToken();
        } while (token.isPresent());
        return keys;
    }

    private static StoreException assertFails(Kind kind, Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertEquals(kind, failure.kind(), failure::toString);
        return failure;
    }

    private List<String> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(root().resolve(".walarchive-tmp"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    @DisplayName("the provider is found, and refuses locations that name no directory")
    void provider() throws IOException {
        BlobStoreProvider provider =
                ServiceLoader.load(BlobStoreProvider.class).findFirst().orElseThrow();
        for (String host : List.of("localhost", "", "elsewhere")) {
            StoreLocation location = StoreLocation.parse("file://" + host + root() + "/" + host + "x");
            Files.createDirectories(root());
            try (BlobStore store = provider.open(location, StoreSettings.none())) {
                put(store, "a/b");
            }
            assertArrayEquals(BYTES, Files.readAllBytes(root().resolve(host + "x/a/b")));
        }
        for (String text : List.of("file://localhost", "file:///", "s3://bucket/x", "file:///x/\ufffd/y")) {
            assertFails(Kind.INVALID, () -> provider.open(StoreLocation.parse(text), StoreSettings.none()));
        }
    }

    @Test
    @DisplayName("files and directories that are made are for their owner only")
    void permissions() throws IOException {
        put(store(), "a/b/c");
        for (String directory : List.of("", ".walarchive-tmp", "a", "a/b")) {
            assertEquals("rwx------", permissions(directory));
        }
        assertEquals("rw-------", permissions("a/b/c"));
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve(path)));
    }

    @Test
    @DisplayName("no temporary file is left by a put, whether it works or fails")
    void noLitter() throws IOException {
        FileBlobStore store = store();
        put(store, "a");
        store.put("a", BlobSource.of(BYTES), PutMode.OVERWRITE);
        store.put("a", BlobSource.of(BYTES), PutMode.IF_ABSENT);
        BlobSource failing = new BlobSource() {
            @Override
            public InputStream open() throws IOException {
                throw new IOException("no");
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.empty();
            }
        };
        assertThrows(IOException.class, () -> store.put("b", failing, PutMode.OVERWRITE));
        assertEquals(List.of(), temporaryFiles());
    }

    @Test
    @DisplayName("a put makes the root if its parent exists, and fails with NO_CONTAINER if not")
    void missingParent() throws IOException {
        put(store(), "a");
        BlobStore unmounted = FileBlobStoreTest.open(outside.resolve("not/mounted"), 5);
        assertFails(Kind.NO_CONTAINER, () -> put(unmounted, "a"));
        assertFails(Kind.NO_CONTAINER, () -> unmounted.delete(List.of("a")));
        assertFalse(Files.exists(outside.resolve("not")));
        Files.createFile(outside.resolve("file"));
        BlobStore file = FileBlobStoreTest.open(outside.resolve("file"), 5);
        assertFails(Kind.NO_CONTAINER, () -> put(file, "a"));
        assertFails(Kind.NO_CONTAINER, () -> file.get("a"));
        assertFails(Kind.NO_CONTAINER, () -> file.list("", ListDepth.ALL, null));
    }

    @Test
    @DisplayName("the root may be a symbolic link")
    void rootLink() throws IOException {
        Files.createDirectory(outside.resolve("real"));
        Files.createSymbolicLink(root(), outside.resolve("real"));
        put(store(), "a/b");
        assertEquals(List.of("a/b"), keys(store(), ""));
        assertArrayEquals(BYTES, read(store(), "a/b"));
        store().delete(List.of("a/b"));
        assertEquals(List.of(), keys(store(), ""));
        assertTrue(Files.isSymbolicLink(root()));
    }

    @Test
    @DisplayName("a key that leads through a symbolic link, or to one, is refused; nothing outside is touched")
    void links() throws IOException {
        Path secret = Files.createDirectory(outside.resolve("secret"));
        Files.write(secret.resolve("file"), BYTES);
        FileBlobStore store = store();
        put(store, "in/side");
        Files.createSymbolicLink(root().resolve("in/out"), secret);
        Files.createSymbolicLink(root().resolve("in/file"), secret.resolve("file"));
        Files.createSymbolicLink(root().resolve("in/dangling"), outside.resolve("new"));
        Files.createSymbolicLink(root().resolve("in/inner"), Path.of("side"));
        for (String key : List.of("in/out/file", "in/out/new", "in/out", "in/file", "in/dangling", "in/inner")) {
            StoreException failure = assertFails(Kind.INVALID, () -> store.get(key));
            assertTrue(failure.getMessage().contains("symbolic link"), failure::getMessage);
            for (PutMode mode : PutMode.values()) {
                assertFails(Kind.INVALID, () -> store.put(key, BlobSource.of(new byte[0]), mode));
            }
            assertFails(Kind.INVALID, () -> store.delete(List.of(key)));
        }
        assertFails(Kind.INVALID, () -> store.list("in/out/", ListDepth.ALL, null));
        assertEquals(List.of("in/side"), keys(store, ""));
        assertEquals(List.of("in/"), store.list("", ListDepth.IMMEDIATE, null).prefixes());
        assertEquals(List.of(), store.list("in/", ListDepth.IMMEDIATE, null).prefixes());
        assertArrayEquals(BYTES, Files.readAllBytes(secret.resolve("file")));
        assertFalse(Files.exists(outside.resolve("new")));
        try (Stream<Path> files = Files.list(secret)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    @DisplayName("a file that is not regular is never opened, listed, replaced or deleted")
    void notRegular() throws Exception {
        FileBlobStore store = store();
        put(store, "a/b");
        Path fifo = root().resolve("a/fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertFails(Kind.NOT_FOUND, () -> store.get("a/fifo"));
            for (PutMode mode : PutMode.values()) {
                assertFails(Kind.INVALID, () -> store.put("a/fifo", BlobSource.of(BYTES), mode));
            }
            store.delete(List.of("a/fifo"));
            assertEquals(List.of("a/b"), keys(store, ""));
        });
        assertTrue(Files.exists(fifo));
    }

    @Test
    @DisplayName("names that are no keys are not listed")
    void foreignNames() throws Exception {
        FileBlobStore store = store();
        put(store, "a/b");
        Files.write(root().resolve("a/line\nfeed"), BYTES);
        // Two bytes that are not UTF-8.
        Path latin = Path.of(URI.create("file://" + root() + "/a/%E9%FF"));
        Files.write(latin, BYTES);
        put(store, "a/\u00e9");
        assertEquals(List.of("a/b", "a/\u00e9"), keys(store, ""));
        Path utf8 = Path.of(URI.create("file://" + root() + "/a/%C3%A9"));
        assertArrayEquals(BYTES, Files.readAllBytes(utf8));
    }

    @Test
    @DisplayName("the directory of temporary files is invisible at every depth, and its name is no key's component")
    void reserved() throws IOException {
        FileBlobStore outer = store();
        put(outer, "a");
        FileBlobStore inner = FileBlobStoreTest.open(root().resolve("inner"), 5);
        put(inner, "b");
        Files.write(root().resolve(".walarchive-tmp/x.part"), BYTES);
        Files.write(root().resolve("inner/.walarchive-tmp/y"), BYTES);
        assertEquals(List.of("a", "inner/b"), keys(outer, ""));
        assertEquals(List.of(), keys(outer, ".walarchive-tmp/"));
        assertEquals(List.of(), keys(outer, ".walarchive-tmp/x"));
        assertEquals(List.of(), keys(outer, "inner/.wal"));
        assertEquals(
                List.of("inner/"), outer.list("", ListDepth.IMMEDIATE, null).prefixes());
        for (String key : List.of(".walarchive-tmp", ".walarchive-tmp/x.part", "inner/.walarchive-tmp/y")) {
            assertFails(Kind.INVALID, () -> outer.get(key));
            assertFails(Kind.INVALID, () -> outer.delete(List.of(key)));
            assertFails(Kind.INVALID, () -> put(outer, key));
        }
    }

    @Test
    @DisplayName("a put works on when the directory of temporary files is removed, as WAL-E does")
    void stagingRemoved() throws IOException {
        FileBlobStore store = store();
        put(store, "a");
        Files.delete(root().resolve(".walarchive-tmp"));
        put(store, "b");
        assertEquals(List.of("a", "b"), keys(store, ""));
    }

    @Test
    @DisplayName("a put does not write through a symbolic link in place of the directory of temporary files")
    void stagingLink() throws IOException {
        Files.createDirectory(root());
        Files.createSymbolicLink(root().resolve(".walarchive-tmp"), outside);
        FileBlobStore store = store();
        for (int i = 0; i < 2; i++) {
            assertFails(Kind.INVALID, () -> put(store, "a"));
        }
        try (Stream<Path> files = Files.list(outside)) {
            assertEquals(List.of(root()), files.toList());
        }
    }

    @Test
    @DisplayName("litter is removed by the first put of a store when it is old and nobody holds its lock")
    void sweep() throws Exception {
        put(store(), "first");
        Path staging = root().resolve(".walarchive-tmp");
        Path litter = Files.write(staging.resolve("dead-1.part"), BYTES);
        Files.write(staging.resolve("if-absent.lock"), new byte[0]);
        FileTime later = FileTime.from(Instant.now().plus(Duration.ofDays(1)));
        Files.setLastModifiedTime(Files.write(staging.resolve("young.part"), BYTES), later);
        put(store(), "too-early");
        assertTrue(Files.exists(litter), "litter of this minute may be about to be locked");
        Clock afterwards = Clock.fixed(Instant.now().plus(Staging.LITTER_AGE.plusMinutes(1)), ZoneOffset.UTC);
        try (FileChannel channel = FileChannel.open(litter, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertTrue(lock.isValid());
            put(store(afterwards, Files::createLink), "locked");
            assertTrue(Files.exists(litter), "its writer is alive");
        }
        put(store(afterwards, Files::createLink), "unlocked");
        assertEquals(List.of("if-absent.lock", "young.part"), temporaryFiles());
    }

    @Test
    @DisplayName("a put whose temporary file is taken away fails as UNAVAILABLE")
    void stagedFileGone() throws IOException {
        FileBlobStore store = store();
        put(store, "a");
        for (PutMode mode : PutMode.values()) {
            BlobSource removing = new BlobSource() {
                @Override
                public InputStream open() throws IOException {
                    for (String name : temporaryFiles()) {
                        Files.delete(root().resolve(".walarchive-tmp").resolve(name));
                    }
                    return BlobSource.of(BYTES).open();
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.empty();
                }
            };
            assertFails(Kind.UNAVAILABLE, () -> store.put("b/c", removing, mode));
        }
        assertEquals(List.of("a"), keys(store, ""));
    }

    @Test
    @DisplayName("without hard links a put IF_ABSENT is still exclusive and all or nothing")
    void withoutLinks() throws Exception {
        Staging.LinkStep refused = (link, existing) -> {
            throw new FileSystemException(link.toString(), existing.toString(), "Nicht erlaubt");
        };
        Staging.LinkStep unsupported = (link, existing) -> {
            throw new UnsupportedOperationException();
        };
        for (Staging.LinkStep step : List.of(refused, unsupported)) {
            String key = "race/" + System.identityHashCode(step);
            List<Callable<PutResult>> writers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                BlobStore store = store(Clock.systemUTC(), step);
                byte[] content = {(byte) i, (byte) i};
                writers.add(() -> store.put(key, BlobSource.of(content), PutMode.IF_ABSENT));
            }
            ExecutorService threads = Executors.newFixedThreadPool(writers.size());
            List<PutResult> results = new ArrayList<>();
            for (Future<PutResult> result : threads.invokeAll(writers)) {
                results.add(result.get());
            }
            threads.shutdown();
            byte winner = read(store(), key)[0];
            assertEquals(PutResult.WRITTEN, results.get(winner));
            assertEquals(1, results.stream().filter(PutResult.WRITTEN::equals).count());
        }
        assertEquals(List.of("if-absent.lock"), temporaryFiles());
    }

    @Test
    @DisplayName("a link that fails where links work fails the put and stores nothing")
    void linkFails() throws IOException {
        FileBlobStore store = store(Clock.systemUTC(), (link, existing) -> {
            if (link.endsWith("a")) {
                throw new FileSystemException(link.toString(), existing.toString(), "Input/output error");
            }
            Files.createLink(link, existing);
        });
        StoreException failure = assertFails(Kind.UNAVAILABLE, () -> put(store, "x/a"));
        assertTrue(failure.getMessage().contains("x/a"), failure::getMessage);
        assertTrue(failure.getMessage().contains("Input/output error"), failure::getMessage);
        assertEquals(List.of(), keys(store, ""));
        assertEquals(List.of(), temporaryFiles());
    }

    @Test
    @DisplayName("a stream throws when the file shrinks, grows or is cut while it is read")
    void changingFile() throws IOException {
        FileBlobStore store = store();
        byte[] bytes = new byte[1_000_000];
        for (int length : new int[] {0, 500_000, 1_000_001}) {
            store.put("a", BlobSource.of(bytes), PutMode.OVERWRITE);
            try (BlobContent content = store.get("a")) {
                content.stream().readNBytes(1000);
                try (FileChannel file = FileChannel.open(root().resolve("a"), StandardOpenOption.WRITE)) {
                    file.truncate(length);
                    if (length > bytes.length) {
                        file.write(ByteBuffer.allocate(1), bytes.length);
                    }
                }
                StoreException failure =
                        assertFails(Kind.CORRUPT, () -> content.stream().transferTo(OutputStream.nullOutputStream()));
                assertTrue(failure.getMessage().contains("a in file://"), failure::getMessage);
            }
        }
    }

    @Test
    @DisplayName("a stream that is open when its blob is replaced or deleted goes on with the old content")
    void readerKeepsContent() throws IOException {
        FileBlobStore store = store();
        put(store, "a");
        try (BlobContent first = store.get("a")) {
            store.put("a", BlobSource.of(new byte[9]), PutMode.OVERWRITE);
            try (BlobContent second = store.get("a")) {
                store.delete(List.of("a"));
                assertArrayEquals(BYTES, first.stream().readAllBytes());
                assertArrayEquals(new byte[9], second.stream().readAllBytes());
            }
        }
    }

    @Test
    @DisplayName("an interrupt while a stream is read fails as INTERRUPTED and leaves the flag set")
    void interruptedRead() throws IOException {
        FileBlobStore store = store();
        put(store, "a");
        try (BlobContent content = store.get("a")) {
            Thread.currentThread().interrupt();
            assertFails(Kind.INTERRUPTED, content.stream()::read);
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    @DisplayName("an interrupt after the blob has its name does not fail the put, and the flag is set")
    void interruptedAtTheEnd() throws IOException {
        FileBlobStore store = store(Clock.systemUTC(), (link, existing) -> {
            Files.createLink(link, existing);
            Thread.currentThread().interrupt();
        });
        put(store, "a/b");
        assertTrue(Thread.interrupted());
        assertArrayEquals(BYTES, read(store, "a/b"));
    }

    @Test
    @DisplayName("a delete removes the empty directories of its own keys and no others")
    void deleteDirectories() throws IOException {
        FileBlobStore store = store();
        put(store, "a/b/c/1");
        put(store, "a/b/d/1");
        put(store, "a/2");
        Files.createDirectories(root().resolve("empty/one"));
        Files.createDirectories(root().resolve("a/b/c/empty"));
        store.delete(List.of("a/b/d/1", "a/b/c/1"));
        assertFalse(Files.exists(root().resolve("a/b/d")));
        assertTrue(Files.exists(root().resolve("a/b/c/empty")), "not the directory of a key that was deleted");
        Files.delete(root().resolve("a/b/c/empty"));
        store.delete(List.of("a/b/c/1"));
        assertFalse(Files.exists(root().resolve("a/b")));
        store.delete(List.of("a/2"));
        assertFalse(Files.exists(root().resolve("a")));
        assertTrue(Files.exists(root().resolve("empty/one")));
        assertTrue(Files.exists(root()));
    }

    @Test
    @DisplayName("an empty directory, which a killed process may leave, is no prefix and does not hinder its files")
    void emptyDirectory() throws IOException {
        FileBlobStore store = store();
        put(store, "z");
        Files.createDirectories(root().resolve("a/b/c"));
        ListPage page = store.list("", ListDepth.IMMEDIATE, null);
        assertEquals(List.of(), page.prefixes());
        assertFails(Kind.NOT_FOUND, () -> store.get("a/b"));
        put(store, "a/b/c/1");
        assertEquals(List.of("a/"), store.list("", ListDepth.IMMEDIATE, null).prefixes());
    }

    @Test
    @DisplayName(
            "put: a root that went away, as with an unmounted file system, is not made anew; one that is back is read first")
    void rootGoesAway() throws IOException {
        FileBlobStore store = store();
        put(store, "a");
        Path away = outside.resolve("away");
        Files.move(root(), away);
        StoreException gone = assertThrows(StoreException.class, () -> put(store, "b"));
        assertEquals(Kind.NO_CONTAINER, gone.kind());
        assertFalse(Files.exists(root()));
        Files.move(away, root());
        put(store, "b");
        assertEquals(PutResult.WRITTEN, store().put("c", BlobSource.of(BYTES), PutMode.IF_ABSENT));
    }
}
