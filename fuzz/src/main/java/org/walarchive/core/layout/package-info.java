/** Fuzzing of the names of objects. */
@NullMarked
package org.walarchive.core.layout;

import org.jspecify.annotations.NullMarked;
