package org.walarchive.store.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;

/** What {@link BlobStore#list} promises. */
abstract class ListContract extends GetContract {

    /** Names that file systems, URLs, XML and sorting by UTF-16 units trip over. */
    private static final List<String> ODD_NAMES = List.of(
            "with space",
            " leading space",
            "trailing space ",
            "per%cent",
            "per%2Fcent",
            "%41",
            "plus+sign",
            "it's",
            "double\"quote",
            "back\\slash",
            "two..dots",
            "..leading",
            "...",
            ".hidden",
            "trailing.",
            "-dash",
            "~tilde",
            "#hash",
            "a&b=c;d?e",
            "<xml>&amp;",
            "*[glob]{x}?",
            "|pipe:colon@at$dollar!",
            "UPPER",
            "upper",
            "\u00fcml\u00e4ut",
            "\u65e5\u672c\u8a9e",
            "\uff5e past the surrogates",
            "\ufffd",
            "\ud83d\ude00 supplementary");

    @Test
    @DisplayName("list: nothing begins with the prefix: one empty page")
    void listNothing() throws IOException {
        BlobStore store = store();
        ListPage empty = new ListPage(List.of(), List.of(), Optional.empty());
        for (ListDepth depth : ListDepth.values()) {
            assertEquals(empty, store.list("", depth, null));
        }
        put(store, "here/blob");
        for (ListDepth depth : ListDepth.values()) {
            for (String prefix :
                    List.of("x", "here/blob2", "here/blob/", "her/", "/", "/here", "here//", "../", "here/../here/")) {
                assertEquals(empty, store.list(prefix, depth, null), () -> "prefix " + prefix);
            }
        }
    }

    @Test
    @DisplayName("list ALL: each blob once, ascending by the UTF-8 bytes of the whole key, over several pages")
    void listPages() throws IOException {
        BlobStore store = store();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < blobsForTwoPages(); i++) {
            expected.add("pages/" + i % 3 + "/" + i);
        }
        for (String key : expected) {
            put(store, key);
        }
        List<ListPage> pages = pages(store, "pages/", ListDepth.ALL);
        assertTrue(pages.size() > 1, () -> expected.size() + " blobs came in one page: see blobsForTwoPages");
        assertEquals(sorted(expected), keys(store, "pages/"));
        pages.forEach(page -> assertEquals(List.of(), page.prefixes()));
    }

    @Test
    @DisplayName("list ALL: a-b, a.b, a/b and a0 come in the order of their bytes, not directory by directory")
    void listOrder() throws IOException {
        BlobStore store = store();
        List<String> expected = List.of(
                        "t/a!",
                        "t/a-b",
                        "t/a-b-/c",
                        "t/a.b",
                        "t/a/b",
                        "t/a/b-",
                        "t/a/c",
                        "t/a0",
                        "t/a0/..b",
                        "t/b",
                        "t0")
                .stream()
                .filter(key ->
                        (refusesKeyBelowBlob().isEmpty() && hidesKeyBelowBlob().isEmpty()) || !key.equals("t/a0/..b"))
                .toList();
        for (int i = expected.size() - 1; i >= 0; i--) {
            put(store, expected.get(i));
        }
        assertEquals(expected, keys(store, ""));
        assertEquals(expected.subList(0, expected.size() - 1), keys(store, "t/"));
    }

    @Test
    @DisplayName("list: odd names come back as they were put, in the order of their bytes, and can be read and deleted")
    void listOddNames() throws IOException {
        BlobStore store = store();
        List<String> keys = new ArrayList<>();
        for (String name : ODD_NAMES) {
            if (!unsupportedNames().containsKey(name)) {
                keys.add("odd/" + name);
                keys.add(name + "/below");
            }
        }
        for (String key : keys) {
            put(store, key);
        }
        assertEquals(sorted(keys), keys(store, ""));
        for (String key : keys) {
            assertContent(store, key, key.getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    List.of(key), keys(store, key).stream().filter(key::equals).toList());
        }
        store.delete(keys);
        assertEquals(List.of(), keys(store, ""));
    }

    @Test
    @DisplayName("list ALL: the prefix is any beginning of keys, not only whole components")
    void listPrefix() throws IOException {
        BlobStore store = store();
        for (String key : List.of("wal/0001", "wal/0002", "wal/0012/x", "wal2/0001", "wa", "x/wal/0001")) {
            put(store, key);
        }
        assertEquals(List.of("wa", "wal/0001", "wal/0002", "wal/0012/x", "wal2/0001"), keys(store, "wa"));
        assertEquals(List.of("wal/0001", "wal/0002", "wal/0012/x", "wal2/0001"), keys(store, "wal"));
        assertEquals(List.of("wal/0001", "wal/0002", "wal/0012/x"), keys(store, "wal/"));
        assertEquals(List.of("wal/0001", "wal/0002"), keys(store, "wal/000"));
        assertEquals(List.of("wal/0012/x"), keys(store, "wal/001"));
        assertEquals(List.of("wal/0012/x"), keys(store, "wal/0012/x"));
    }

    @Test
    @DisplayName("list IMMEDIATE: stops at the next / after the prefix and reports what lies deeper as prefixes")
    void listImmediate() throws IOException {
        BlobStore store = store();
        for (String key : List.of("i/a", "i/b/1", "i/b/2", "i/b/c/3", "i/d/e/f/4", "i/z", "ii", "j/1")) {
            put(store, key);
        }
        assertImmediate(store, "", List.of("ii"), List.of("i/", "j/"));
        assertImmediate(store, "i", List.of("ii"), List.of("i/"));
        assertImmediate(store, "i/", List.of("i/a", "i/z"), List.of("i/b/", "i/d/"));
        assertImmediate(store, "i/b", List.of(), List.of("i/b/"));
        assertImmediate(store, "i/b/", List.of("i/b/1", "i/b/2"), List.of("i/b/c/"));
        assertImmediate(store, "i/d/e", List.of(), List.of("i/d/e/"));
    }

    @Test
    @DisplayName("list IMMEDIATE: over several pages each blob and each prefix comes once, ascending")
    void listImmediatePages() throws IOException {
        BlobStore store = store();
        List<String> blobs = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        for (int i = 0; i < blobsForTwoPages(); i++) {
            blobs.add("p/" + i + "-blob");
            prefixes.add("p/" + i + "/");
            put(store, "p/" + i + "-blob");
            put(store, "p/" + i + "/1");
            put(store, "p/" + i + "/2/3");
        }
        assertTrue(pages(store, "p/", ListDepth.IMMEDIATE).size() > 1, "one page: see blobsForTwoPages");
        assertImmediate(store, "p/", sorted(blobs), sorted(prefixes));
    }

    @Test
    @DisplayName("list IMMEDIATE: a prefix whose last blob was deleted is not reported")
    void listImmediateAfterDelete() throws IOException {
        BlobStore store = store();
        put(store, "dir/sub/1");
        put(store, "dir/sub2/1");
        store.delete(List.of("dir/sub/1"));
        assertImmediate(store, "dir/", List.of(), List.of("dir/sub2/"));
        store.delete(List.of("dir/sub2/1"));
        assertImmediate(store, "", List.of(), List.of());
    }

    @Test
    @DisplayName("list: the size is that of the blob")
    void listSize() throws IOException {
        BlobStore store = store();
        for (int size : new int[] {0, 1, 70_000}) {
            put(store, "size", randomBytes(size));
            assertEquals(size, info(store, "size").sizeBytes());
        }
    }

    @Test
    @DisplayName("list: the time of modification is that of the put, and a later put is not earlier")
    void listLastModified() throws IOException {
        BlobStore store = store();
        Instant before = Instant.now().minus(clockTolerance());
        put(store, "time/1");
        put(store, "time/2");
        Instant first = info(store, "time/1").lastModified();
        Instant second = info(store, "time/2").lastModified();
        put(store, "time/1", NEW);
        Instant third = info(store, "time/1").lastModified();
        Instant after = Instant.now().plus(clockTolerance());
        assertFalse(first.isBefore(before), () -> first + " is before " + before);
        assertFalse(second.isBefore(first), () -> second + " is before " + first);
        assertFalse(third.isBefore(second), () -> third + " is before " + second);
        assertFalse(third.isAfter(after), () -> third + " is after " + after);
    }

    @Test
    @DisplayName("list: blobs that stay are listed once each while others are put and deleted")
    void listWhileChanging() throws IOException, InterruptedException {
        BlobStore store = store();
        BlobStore other = store();
        List<String> staying = new ArrayList<>();
        for (int i = 0; i < blobsForTwoPages(); i++) {
            staying.add("busy/" + i % 4 + "/" + i + "-stays");
            put(store, "busy/" + i % 4 + "/" + i + "-stays");
        }
        CountDownLatch done = new CountDownLatch(1);
        Callable<Integer> changing = () -> {
            try {
                for (int i = 0; i < 60; i++) {
                    String key = "busy/" + i % 6 + "/" + i % 20 + "/goes";
                    put(other, key);
                    other.delete(List.of(key));
                }
                return 0;
            } finally {
                done.countDown();
            }
        };
        Callable<Integer> listing = () -> {
            int lists = 0;
            do {
                List<String> seen = keys(store, "busy/").stream()
                        .filter(key -> key.endsWith("-stays"))
                        .toList();
                assertEquals(sorted(staying), seen);
                pages(store, "busy/", ListDepth.IMMEDIATE);
                lists++;
            } while (!done.await(0, TimeUnit.SECONDS));
            return lists;
        };
        assertTrue(together(List.of(changing, listing)).get(1) > 0);
        assertEquals(sorted(staying), keys(store, "busy/"));
    }

    private static BlobInfo info(BlobStore store, String key) throws IOException {
        List<BlobInfo> blobs = store.list(key, ListDepth.ALL, null).blobs();
        assertEquals(1, blobs.size());
        return blobs.get(0);
    }

    private static void assertImmediate(BlobStore store, String prefix, List<String> blobs, List<String> prefixes)
            throws IOException {
        List<ListPage> pages = pages(store, prefix, ListDepth.IMMEDIATE);
        assertEquals(
                blobs,
                pages.stream()
                        .flatMap(page -> page.blobs().stream())
                        .map(BlobInfo::key)
                        .toList(),
                () -> "blobs at " + prefix);
        assertEquals(
                prefixes,
                pages.stream().flatMap(page -> page.prefixes().stream()).toList(),
                () -> "prefixes at " + prefix);
    }
}
