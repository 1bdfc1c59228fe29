package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.walarchive.stability.Stable;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;

/**
 * The contract of {@link BlobStore} as tests: one per promise, whose display name is the promise. Every store has a class
 * that inherits it for each target it is tested with. The tests themselves cannot be overridden; where a target
 * cannot keep a promise, the class overrides one of the protected methods and gives its reason.
 *
 * <p>One instance serves one test, as is JUnit's default.
 */
@Stable
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class BlobStoreContract extends ListContract {

    /** For the classes that inherit the contract. */
    protected BlobStoreContract() {}

    @Test
    @DisplayName("delete: one key, many keys, doubled keys; the others stay")
    void deleteSome() throws IOException {
        BlobStore store = store();
        List<String> keys = IntStream.range(0, 3 * blobsForTwoPages() / 2)
                .mapToObj(i -> "del/" + i % 5 + "/" + i)
                .toList();
        for (String key : keys) {
            put(store, key);
        }
        put(store, "del/stays");
        store.delete(List.of());
        store.delete(List.of(keys.get(0)));
        assertAbsent(store, keys.get(0));
        assertEquals(keys.size(), keys(store, "del/").size());
        List<String> doubled = new ArrayList<>(keys);
        doubled.addAll(keys);
        store.delete(doubled);
        assertEquals(List.of("del/stays"), keys(store, ""));
    }

    @Test
    @DisplayName("delete: absent keys are no error, before and after, and a delete may be repeated")
    void deleteAbsent() throws IOException {
        BlobStore store = store();
        store.delete(List.of("never", "was/there"));
        put(store, "some/blob");
        put(store, "some/blob2");
        for (int i = 0; i < 3; i++) {
            store.delete(List.of("never", "some/blob", "some", "some/blob/x", "some/blob2/x", "was/there"));
        }
        assertEquals(List.of("some/blob2"), keys(store, ""));
    }

    @Test
    @DisplayName("delete: a key can be put again, also while its neighbour is deleted")
    void deleteAndPut() throws IOException, InterruptedException {
        BlobStore store = store();
        BlobStore other = store();
        List<String> staying = removesDirectories().isPresent() ? List.of("again/and/again/stays") : List.of();
        for (String key : staying) {
            put(store, key);
        }
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (BlobStore each : List.of(store, other)) {
            String key = "again/and/again/" + tasks.size();
            tasks.add(() -> {
                for (int i = 0; i < 40; i++) {
                    put(each, key);
                    assertContent(each, key, key.getBytes(StandardCharsets.UTF_8));
                    each.delete(List.of(key));
                }
                return 0;
            });
        }
        together(tasks);
        assertEquals(staying, keys(store, ""));
    }

    @Test
    @DisplayName("keys: one outside the grammar fails with INVALID in put, get and delete, and nothing is changed")
    void invalidKeys() throws IOException {
        BlobStore store = store();
        put(store, "a");
        put(store, "b");
        for (String key : INVALID_KEYS) {
            ScriptedSource source = ScriptedSource.known(NEW);
            for (PutMode mode : PutMode.values()) {
                assertFails(StoreException.Kind.INVALID, () -> store.put(key, source, mode));
            }
            assertEquals(source.opened(), source.closed());
            assertFails(StoreException.Kind.INVALID, () -> store.get(key));
            assertFails(StoreException.Kind.INVALID, () -> store.delete(List.of("b", key)));
        }
        assertEquals(List.of("a", "b"), keys(store, ""));
    }

    @Test
    @DisplayName("interrupt: a call of an interrupted thread fails with INTERRUPTED and leaves the flag set")
    void interruptedBefore() throws IOException {
        BlobStore store = store();
        put(store, "there", OLD);
        List<Executable> calls = List.of(
                () -> store.put("new", BlobSource.of(NEW), PutMode.OVERWRITE),
                () -> store.put("new", ScriptedSource.unknown(NEW), PutMode.IF_ABSENT),
                () -> store.put("there", BlobSource.of(NEW), PutMode.OVERWRITE),
                () -> store.get("there"),
                () -> store.list("", ListDepth.ALL, null),
                () -> store.delete(List.of("there")));
        for (Executable call : calls) {
            Thread.currentThread().interrupt();
            StoreException failure = assertThrows(StoreException.class, call);
            assertTrue(Thread.interrupted(), "the interrupt flag is not set");
            assertEquals(StoreException.Kind.INTERRUPTED, failure.kind(), failure::toString);
        }
        assertContent(store, "there", OLD);
        assertEquals(List.of("there"), keys(store, ""));
    }

    @Test
    @DisplayName("interrupt: during a put it ends with INTERRUPTED, leaves the flag set and stores nothing")
    void interruptedDuringPut() throws IOException {
        BlobStore store = store();
        byte[] content = randomBytes(8_000_000);
        put(store, "interrupted/old", OLD);
        for (PutMode mode : PutMode.values()) {
            for (ScriptedSource source : List.of(ScriptedSource.known(content), ScriptedSource.unknown(content))) {
                source.at(1_000_000, () -> Thread.currentThread().interrupt());
                assertInterrupted(() -> store.put("interrupted/new", source, mode));
                assertAbsent(store, "interrupted/new");
                assertEquals(1, source.closed());
            }
        }
        ScriptedSource source = ScriptedSource.unknown(content)
                .at(1_000_000, () -> Thread.currentThread().interrupt());
        assertInterrupted(() -> store.put("interrupted/old", source, PutMode.OVERWRITE));
        assertContent(store, "interrupted/old", OLD);
    }

    private static void assertInterrupted(Executable call) {
        StoreException failure = assertThrows(StoreException.class, call);
        assertTrue(Thread.interrupted(), "the interrupt flag is not set");
        assertEquals(StoreException.Kind.INTERRUPTED, failure.kind(), failure::toString);
    }

    @Test
    @DisplayName("threads: many put, read, list and delete through one store object at once")
    void manyThreads() throws IOException, InterruptedException {
        BlobStore store = store();
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            String directory = "threads/" + thread + "/";
            tasks.add(() -> {
                for (int i = 0; i < 10; i++) {
                    put(store, directory + i, filled(10_000 + i, i));
                    assertContent(store, directory + i, filled(10_000 + i, i));
                    assertEquals(i + 1, keys(store, directory).size());
                }
                store.delete(List.of(directory + 3, directory + 4));
                return keys(store, directory).size();
            });
        }
        assertEquals(List.of(8, 8, 8, 8, 8, 8, 8, 8), together(tasks));
        assertEquals(64, keys(store, "threads/").size());
    }

    @Test
    @DisplayName("close: may be called twice; calls after it fail with IllegalStateException")
    void closed() throws IOException {
        BlobStore store = store();
        put(store, "kept");
        store.close();
        store.close();
        assertThrows(IllegalStateException.class, () -> store.put("x", BlobSource.of(NEW), PutMode.OVERWRITE));
        assertThrows(IllegalStateException.class, () -> store.get("kept"));
        assertThrows(IllegalStateException.class, () -> store.list("", ListDepth.ALL, null));
        assertThrows(IllegalStateException.class, () -> store.delete(List.of("kept")));
        assertEquals(List.of("kept"), keys(store(), ""));
    }

    @Test
    @DisplayName("features: the same set at every call")
    void features() throws IOException {
        BlobStore store = store();
        assertEquals(store.features(), store.features());
        assertEquals(store.features(), store().features());
    }
}
