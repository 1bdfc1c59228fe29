/** Benchmarks; they lie in the package of what they measure. */
@NullMarked
package org.walarchive.core.wal;

import org.jspecify.annotations.NullMarked;
