/**
 * What is known, from one process to the next, of WAL files that are waiting for PostgreSQL: which are ready, and which are durable in the archive
 * already. {@code docs/decisions/0013-acknowledgements.md} has the reasons.
 */
@NullMarked
package org.walarchive.core.spool;

import org.jspecify.annotations.NullMarked;
