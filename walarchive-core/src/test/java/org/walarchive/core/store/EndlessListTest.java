package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;

/** Services whose lists have no end. */
final class EndlessListTest {

    private static final String FIRST = "";

    private final ArchiveFixture fixture = new ArchiveFixture();

    private static ListPage page(@Nullable String next, String... keys) {
        List<BlobInfo> blobs = new ArrayList<>();
        for (String key : keys) {
            blobs.add(new BlobInfo(key, 1, Instant.EPOCH));
        }
        return new ListPage(blobs, List.of(), Optional.ofNullable(next));
    }

    /** Lists pages, by the token that leads to them. */
    private List<String> list(Map<String, ListPage> pages) throws StoreException {
        ArchiveStore archive = fixture.archive(fixture.config("lzo"), new ForwardingStore(fixture.memory()) {
            @Override
            public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) {
                return pages.get(pageToken == null ? FIRST : pageToken);
            }
        });
        return archive.list("a", ListDepth.ALL).stream().map(BlobInfo::key).toList();
    }

    private void requireEnd(Map<String, ListPage> pages) {
        StoreException e = assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> assertThrows(StoreException.class, () -> list(pages)));
        assertEquals(StoreException.Kind.INVALID, e.kind());
        assertTrue(e.getMessage().contains("does not go forward"), e.getMessage());
    }

    @Test
    void tokenThatRepeatsIsRefused() {
        requireEnd(Map.of(FIRST, page("t"), "t", page("t")));
    }

    @Test
    void circleOfTokensIsRefused() {
        requireEnd(Map.of(FIRST, page("t", "a1"), "t", page("u", "a2"), "u", page("t", "a3")));
    }

    /** Of characters beyond U+FFFF and of those before, UTF-8 and UTF-16 give another order. */
    @Test
    void eitherOrderGoesForward() throws Exception {
        String supplementary = "a\ud83d\ude00";
        String privateUse = "a\uf000";
        assertEquals(
                List.of(supplementary, privateUse),
                list(Map.of(FIRST, page("t", supplementary), "t", page(null, privateUse))));
        assertEquals(
                List.of(privateUse, supplementary),
                list(Map.of(FIRST, page("t", privateUse), "t", page(null, supplementary))));
    }

    @Test
    void emptyPagesGoForward() throws Exception {
        assertEquals(
                List.of("a1", "a2"),
                list(Map.of(FIRST, page("t", "a1"), "t", page("u"), "u", page("v", "a2"), "v", page(null))));
    }
}
