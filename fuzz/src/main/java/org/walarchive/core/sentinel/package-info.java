/** Fuzzing of sentinels. */
@NullMarked
package org.walarchive.core.sentinel;

import org.jspecify.annotations.NullMarked;
