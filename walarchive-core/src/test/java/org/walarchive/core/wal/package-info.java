/** Tests of archiving and fetching WAL files. */
@NullMarked
package org.walarchive.core.wal;

import org.jspecify.annotations.NullMarked;
