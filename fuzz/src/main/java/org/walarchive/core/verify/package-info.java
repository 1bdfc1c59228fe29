/** Fuzzing of WAL, and of archives as a whole. */
@NullMarked
package org.walarchive.core.verify;

import org.jspecify.annotations.NullMarked;
