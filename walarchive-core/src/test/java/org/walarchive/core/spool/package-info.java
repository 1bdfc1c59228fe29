/** Tests of what is known of WAL files that wait for PostgreSQL. */
@NullMarked
package org.walarchive.core.spool;

import org.jspecify.annotations.NullMarked;
