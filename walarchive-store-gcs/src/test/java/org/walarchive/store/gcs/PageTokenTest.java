package org.walarchive.store.gcs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class PageTokenTest {

    @Property(tries = 300)
    void aTokenIsReadAsItWasWritten(@ForAll String prefix, @ForAll String service) {
        PageToken token = new PageToken(prefix, service);
        assertEquals(token, PageToken.parse(token.toString()));
    }

    @Test
    void aPrefixIsToldOnce() {
        PageToken token = PageToken.parse(
                PageToken.next(Optional.of("t"), List.of("a/", "\uff5e/"), null).orElseThrow());
        // In the order of UTF-8, not of UTF-16.
        assertEquals(List.of("\ud83d\ude00/"), PageToken.newOf(List.of("a/", "b/", "\uff5e/", "\ud83d\ude00/"), token));
        PageToken later = PageToken.parse(
                PageToken.next(Optional.of("u"), List.of(), token).orElseThrow());
        assertEquals(new PageToken("\uff5e/", "u"), later);
        assertEquals(Optional.empty(), PageToken.next(Optional.empty(), List.of("a/"), token));
    }

    @Test
    void aForeignTokenIsRefused() {
        for (String text : List.of("", "x", ":", "5:abc", "-1:abc", "x:abc")) {
            assertThrows(IllegalArgumentException.class, () -> PageToken.parse(text), text);
        }
    }
}
