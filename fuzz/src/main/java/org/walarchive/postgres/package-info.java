/** Fuzzing of PostgreSQL's values. */
@NullMarked
package org.walarchive.postgres;

import org.jspecify.annotations.NullMarked;
