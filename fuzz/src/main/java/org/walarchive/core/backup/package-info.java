/** Fuzzing of what a restore reads of a backup. */
@NullMarked
package org.walarchive.core.backup;

import org.jspecify.annotations.NullMarked;
