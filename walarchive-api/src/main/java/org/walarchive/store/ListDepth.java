package org.walarchive.store;

import org.walarchive.stability.Stable;

/** How far below a prefix a list goes. */
@Stable
public enum ListDepth {
    /** Keys without a further {@code /} after the prefix; deeper ones are summed up in {@link ListPage#prefixes}. */
    IMMEDIATE,
    /** All keys that begin with the prefix. */
    ALL
}
