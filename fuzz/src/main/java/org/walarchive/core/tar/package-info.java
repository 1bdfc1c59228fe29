/** Fuzzing of tar archives. */
@NullMarked
package org.walarchive.core.tar;

import org.jspecify.annotations.NullMarked;
