/** Tests of recovery that prefetches. */
@NullMarked
package org.walarchive.core.prefetch;

import org.jspecify.annotations.NullMarked;
