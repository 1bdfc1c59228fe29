/** The agent: watches a WAL directory, archives ahead, and serves WAL-G's daemon protocol on a Unix socket. */
@NullMarked
package org.walarchive.core.agent;

import org.jspecify.annotations.NullMarked;
