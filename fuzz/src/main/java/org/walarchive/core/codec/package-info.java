/** Fuzzing of compressed streams. */
@NullMarked
package org.walarchive.core.codec;

import org.jspecify.annotations.NullMarked;
