package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreFeature;
import org.walarchive.store.StoreKeys;

/** What {@link BlobStore#put} promises. */
abstract class PutContract extends ContractFixture {

    private static final int PART_READ = 300_000;
    private static final int CONTENT = 1_000_000;

    @Test
    @DisplayName("put: a blob of known length is read back byte for byte, also through another store object")
    void putKnownLength() throws IOException {
        byte[] content = randomBytes(CONTENT);
        BlobStore store = store();
        ScriptedSource source = ScriptedSource.known(content);
        assertEquals(PutResult.WRITTEN, store.put("a/known", source, PutMode.OVERWRITE));
        assertContent(store, "a/known", content);
        assertContent(store(), "a/known", content);
    }

    @Test
    @DisplayName("put: a blob of unknown length is read back byte for byte, in both modes")
    void putUnknownLength() throws IOException {
        byte[] content = randomBytes(CONTENT);
        BlobStore store = store();
        for (PutMode mode : PutMode.values()) {
            String key = "unknown/" + mode;
            assertEquals(PutResult.WRITTEN, store.put(key, ScriptedSource.unknown(content), mode));
            assertContent(store, key, content);
        }
    }

    @Test
    @DisplayName("put: 20 MB of unknown length from a source that dribbles")
    void putLargeDribble() throws IOException {
        byte[] content = randomBytes(20_000_000);
        BlobStore store = store();
        ScriptedSource source = ScriptedSource.unknown(content).dribbling(20_011);
        assertEquals(PutResult.WRITTEN, store.put("large", source, PutMode.OVERWRITE));
        assertContent(store, "large", content);
        assertEquals(
                content.length,
                store.list("large", ListDepth.ALL, null).blobs().get(0).sizeBytes());
    }

    @Test
    @DisplayName("put: a blob of no bytes is a blob, of known and of unknown length")
    void putEmpty() throws IOException {
        BlobStore store = store();
        for (PutMode mode : PutMode.values()) {
            assertEquals(PutResult.WRITTEN, store.put("empty/known" + mode, BlobSource.of(new byte[0]), mode));
            assertEquals(
                    PutResult.WRITTEN, store.put("empty/unknown" + mode, ScriptedSource.unknown(new byte[0]), mode));
        }
        for (String key : keys(store, "empty/")) {
            assertContent(store, key, new byte[0]);
        }
        assertEquals(4, keys(store, "empty/").size());
    }

    @Test
    @DisplayName("put: the source is opened once and closed, after success and after failure")
    void putClosesSource() throws IOException {
        BlobStore store = store();
        for (PutMode mode : PutMode.values()) {
            ScriptedSource good = ScriptedSource.unknown(NEW);
            store.put("closes/" + mode, good, mode);
            assertEquals(1, good.opened());
            assertEquals(1, good.closed());
            ScriptedSource bad = ScriptedSource.unknown(NEW).failingAt(3, new IOException("broken"));
            assertThrows(IOException.class, () -> store.put("closes/bad" + mode, bad, mode));
            assertEquals(1, bad.opened());
            assertEquals(1, bad.closed());
            ScriptedSource needless = ScriptedSource.unknown(NEW);
            store.put("closes/" + mode, needless, PutMode.IF_ABSENT);
            assertTrue(needless.opened() <= 1, "a source was opened more than once");
            assertEquals(needless.opened(), needless.closed());
        }
    }

    @Test
    @DisplayName("put: a source that fails half-way leaves no blob, and its exception passes through unchanged")
    void failedPutLeavesNothing() throws IOException {
        BlobStore store = store();
        for (PutMode mode : PutMode.values()) {
            for (ScriptedSource source : failingSources()) {
                assertSourceFailure(store, "fails/half-way", source, mode);
                assertAbsent(store, "fails/half-way");
                assertAbsent(store(), "fails/half-way");
            }
        }
        assertEquals(List.of(), keys(store, ""));
    }

    @Test
    @DisplayName("put: a source that fails half-way leaves the old content")
    void failedOverwriteLeavesOldContent() throws IOException {
        BlobStore store = store();
        put(store, "fails/overwriting", OLD);
        for (ScriptedSource source : failingSources()) {
            assertSourceFailure(store, "fails/overwriting", source, PutMode.OVERWRITE);
            assertContent(store, "fails/overwriting", OLD);
        }
    }

    @Test
    @DisplayName("put: a source that cannot be opened leaves no blob, and its exception passes through unchanged")
    void unopenableSource() throws IOException {
        BlobStore store = store();
        IOException failure = new IOException("cannot be opened");
        BlobSource source = new BlobSource() {
            @Override
            public InputStream open() throws IOException {
                throw failure;
            }

            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.of(5);
            }
        };
        for (PutMode mode : PutMode.values()) {
            assertSame(failure, assertThrows(IOException.class, () -> store.put("unopenable", source, mode)));
            assertAbsent(store, "unopenable");
        }
    }

    @Test
    @DisplayName("put: a source that gives fewer or more bytes than it declared fails and stores nothing")
    void wrongLength() throws IOException {
        BlobStore store = store();
        byte[] content = randomBytes(PART_READ);
        put(store, "length/old", OLD);
        for (long declared : new long[] {0, 1, content.length - 1, content.length + 1, 3L * content.length}) {
            for (PutMode mode : PutMode.values()) {
                assertThrows(
                        IOException.class,
                        () -> store.put("length/new", ScriptedSource.declaring(declared, content), mode),
                        () -> declared + " bytes declared");
                assertAbsent(store, "length/new");
            }
            assertThrows(
                    IOException.class,
                    () -> store.put("length/old", ScriptedSource.declaring(declared, content), PutMode.OVERWRITE));
            assertContent(store, "length/old", OLD);
        }
    }

    @Test
    @DisplayName("put OVERWRITE: replaces the blob and answers WRITTEN")
    void overwrite() throws IOException {
        BlobStore store = store();
        put(store, "over/written", OLD);
        assertEquals(PutResult.WRITTEN, store.put("over/written", ScriptedSource.unknown(NEW), PutMode.OVERWRITE));
        assertContent(store, "over/written", NEW);
        assertEquals(List.of("over/written"), keys(store, "over/"));
    }

    @Test
    @DisplayName("put OVERWRITE: a reader sees the old content or the new, never a mix")
    void overwriteIsAtomic() throws IOException, InterruptedException {
        BlobStore writer = store();
        int rounds = 30;
        put(writer, "atomic", filled(200_000, 0));
        List<Callable<Integer>> tasks = new ArrayList<>();
        tasks.add(() -> {
            for (int i = 1; i <= rounds; i++) {
                put(writer, "atomic", filled(200_000 + i * 1000, i));
            }
            return rounds;
        });
        for (int r = 0; r < 2; r++) {
            BlobStore reader = store();
            tasks.add(() -> {
                int seen = 0;
                while (seen < rounds) {
                    byte[] content = read(reader, "atomic");
                    assertArrayEquals(filled(200_000 + content[0] * 1000, content[0]), content);
                    assertTrue(content[0] >= seen, "an older content came back");
                    seen = content[0];
                }
                return seen;
            });
        }
        assertEquals(List.of(rounds, rounds, rounds), together(tasks));
    }

    @Test
    @DisplayName("put IF_ABSENT: answers WRITTEN the first time, then ALREADY_PRESENT, and leaves the blob as it was")
    void ifAbsent() throws IOException {
        BlobStore store = store();
        assertEquals(PutResult.WRITTEN, store.put("if/absent", ScriptedSource.unknown(OLD), PutMode.IF_ABSENT));
        for (BlobStore other : List.of(store, store())) {
            assertEquals(PutResult.ALREADY_PRESENT, other.put("if/absent", BlobSource.of(NEW), PutMode.IF_ABSENT));
            assertEquals(
                    PutResult.ALREADY_PRESENT, other.put("if/absent", ScriptedSource.unknown(NEW), PutMode.IF_ABSENT));
        }
        assertContent(store, "if/absent", OLD);
        store.delete(List.of("if/absent"));
        assertEquals(PutResult.WRITTEN, store.put("if/absent", BlobSource.of(NEW), PutMode.IF_ABSENT));
        assertContent(store, "if/absent", NEW);
    }

    @Test
    @DisplayName("put IF_ABSENT: a blob that comes while the source is read is left where the store is atomic")
    void ifAbsentOvertaken() throws IOException {
        BlobStore store = store();
        BlobStore other = store();
        ScriptedSource overtaken = ScriptedSource.unknown(NEW).at(NEW.length, () -> put(other, "overtaken", OLD));
        PutResult result = store.put("overtaken", overtaken, PutMode.IF_ABSENT);
        boolean atomic = store.features().contains(StoreFeature.ATOMIC_IF_ABSENT);
        assertTrue(!atomic || result == PutResult.ALREADY_PRESENT, "the overtaken writer was answered WRITTEN");
        assertContent(store, "overtaken", result == PutResult.WRITTEN ? NEW : OLD);
    }

    @Test
    @DisplayName("put IF_ABSENT: of writers at the same moment exactly one wins where ATOMIC_IF_ABSENT is declared")
    void ifAbsentRace() throws IOException, InterruptedException {
        boolean atomic = store().features().contains(StoreFeature.ATOMIC_IF_ABSENT);
        for (int round = 0; round < 5; round++) {
            String key = "race/" + round;
            List<Callable<PutResult>> writers = new ArrayList<>();
            CyclicBarrier end = new CyclicBarrier(8);
            for (int i = 0; i < 8; i++) {
                BlobStore store = store();
                ScriptedSource source =
                        ScriptedSource.unknown(filled(50_000 + i, i)).at(50_000 + i, () -> awaitOthers(end));
                writers.add(() -> store.put(key, source, PutMode.IF_ABSENT));
            }
            List<PutResult> results = together(writers);
            long winners = results.stream().filter(PutResult.WRITTEN::equals).count();
            assertTrue(atomic ? winners == 1 : winners >= 1, () -> "results: " + results);
            byte[] content = read(store(), key);
            assertArrayEquals(filled(50_000 + content[0], content[0]), content, "content is not whole");
            assertEquals(PutResult.WRITTEN, results.get(content[0]), "the content is not a winner's");
        }
    }

    /** Lets all writers have read their sources; one that does not come, for want of a connection, is not waited for. */
    private static void awaitOthers(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException("interrupted while waiting for the other writers", e);
        } catch (BrokenBarrierException | TimeoutException e) {
            // On without them.
        }
    }

    @Test
    @DisplayName("put: the longest key and every printable character are taken")
    void longKeys() throws IOException {
        BlobStore store = store();
        int longest = Math.min(longestComponentBytes(), 300);
        StringBuilder key = new StringBuilder("k".repeat(longest));
        while (key.length() < StoreKeys.MAX_LENGTH_BYTES) {
            int room = StoreKeys.MAX_LENGTH_BYTES - key.length() - 1;
            key.append('/').append("k".repeat(Math.min(longest, Math.max(room, 1))));
        }
        key.setLength(StoreKeys.MAX_LENGTH_BYTES);
        put(store, key.toString());
        assertEquals(List.of(key.toString()), keys(store, "k"));
        assertContent(store, key.toString(), key.toString().getBytes(StandardCharsets.UTF_8));
        if (longestComponentBytes() < StoreKeys.MAX_LENGTH_BYTES) {
            String tooLong = "t".repeat(longestComponentBytes() + 1);
            StoreException failure = assertFails(StoreException.Kind.INVALID, () -> put(store, tooLong + "/x"));
            assertTrue(failure.getMessage().contains(tooLong), failure::getMessage);
        }
    }

    @Test
    @DisplayName("put: a key below a blob, or above one, is taken or refused as INVALID without any change")
    void keyBelowBlob() throws IOException {
        BlobStore store = store();
        put(store, "below/a");
        put(store, "above/a/b");
        if (refusesKeyBelowBlob().isEmpty()) {
            put(store, "below/a/b");
            put(store, "above/a");
            List<String> keys = List.of("above/a", "above/a/b", "below/a", "below/a/b");
            for (String key : keys) {
                assertContent(store, key, key.getBytes(StandardCharsets.UTF_8));
            }
            assertEquals(hidesKeyBelowBlob().isPresent() ? List.of("above/a", "below/a") : keys, keys(store, ""));
            store.delete(List.of("above/a", "below/a"));
            assertEquals(List.of("above/a/b", "below/a/b"), keys(store, ""));
            return;
        }
        for (PutMode mode : PutMode.values()) {
            assertFails(StoreException.Kind.INVALID, () -> store.put("below/a/b", BlobSource.of(NEW), mode));
            assertFails(StoreException.Kind.INVALID, () -> store.put("above/a", BlobSource.of(NEW), mode));
        }
        assertFails(StoreException.Kind.NOT_FOUND, () -> store.get("below/a/b"));
        assertFails(StoreException.Kind.NOT_FOUND, () -> store.get("above/a"));
        store.delete(List.of("below/a/b", "above/a"));
        assertEquals(List.of("above/a/b", "below/a"), keys(store, ""));
    }

    private static List<ScriptedSource> failingSources() {
        byte[] content = randomBytes(CONTENT);
        List<ScriptedSource> sources = new ArrayList<>();
        for (int offset : new int[] {0, 1, PART_READ, CONTENT}) {
            sources.add(ScriptedSource.known(content).failingAt(offset, new IOException("at " + offset)));
            sources.add(ScriptedSource.unknown(content).failingAt(offset, new IOException("at " + offset)));
        }
        return sources;
    }

    private static void assertSourceFailure(BlobStore store, String key, ScriptedSource source, PutMode mode) {
        IOException failure = assertThrows(IOException.class, () -> store.put(key, source, mode));
        assertSame(IOException.class, failure.getClass(), () -> "the source's exception was changed: " + failure);
        assertTrue(failure.getMessage().startsWith("at "), failure::getMessage);
    }
}
