package org.walarchive.store.gcs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a list goes on. The service counts the prefixes among what a page may hold, and tells each once; fake-gcs-server tells
 * them again on later pages. So the last one that was told is part of the token.
 *
 * @param lastPrefix empty if there was none yet
 * @param service the token of the service
 */
record PageToken(String lastPrefix, String service) {

    /**
     * Reads a token.
     *
     * @throws IllegalArgumentException if it is none of this store's
     */
    static @Nullable PageToken parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int colon = text.indexOf(':');
        int end = colon < 1 ? -1 : colon + 1 + Integer.parseInt(text.substring(0, colon));
        if (end <= colon || end > text.length()) {
            throw new IllegalArgumentException("page token is none of this store's");
        }
        return new PageToken(text.substring(colon + 1, end), text.substring(end));
    }

    /** Returns the prefixes that were not told before. */
    static List<String> newOf(List<String> prefixes, @Nullable PageToken token) {
        return token == null
                ? prefixes
                : prefixes.stream().filter(token::isBefore).toList();
    }

    private boolean isBefore(String prefix) {
        return Arrays.compareUnsigned(
                        lastPrefix.getBytes(StandardCharsets.UTF_8), prefix.getBytes(StandardCharsets.UTF_8))
                < 0;
    }

    /** Returns the token after a page of which some prefixes were new. */
    static Optional<String> next(Optional<String> service, List<String> prefixes, @Nullable PageToken before) {
        String known = before == null ? "" : before.lastPrefix;
        String last = prefixes.isEmpty() ? known : prefixes.get(prefixes.size() - 1);
        return service.map(token -> new PageToken(last, token).toString());
    }

    @Override
    public String toString() {
        return lastPrefix.length() + ":" + lastPrefix + service;
    }
}
