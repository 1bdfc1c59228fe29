package org.walarchive.store;

import java.util.List;
import java.util.Optional;
import org.walarchive.stability.Stable;

/**
 * One page of a list.
 *
 * @param blobs the blobs, ascending by key
 * @param prefixes with {@link ListDepth#IMMEDIATE}: the beginnings, up to and including the next {@code /}, of the keys
 *     that lie deeper, ascending, each once over all pages; with {@link ListDepth#ALL}: empty
 * @param nextPageToken the token of the next page, or empty on the last one; opaque to the caller
 */
@Stable
public record ListPage(List<BlobInfo> blobs, List<String> prefixes, Optional<String> nextPageToken) {

    /** Copies the lists. */
    public ListPage {
        blobs = List.copyOf(blobs);
        prefixes = List.copyOf(prefixes);
    }
}
