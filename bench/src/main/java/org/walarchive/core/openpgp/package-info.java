/** Benchmarks; they lie in the package of what they measure. */
@NullMarked
package org.walarchive.core.openpgp;

import org.jspecify.annotations.NullMarked;
