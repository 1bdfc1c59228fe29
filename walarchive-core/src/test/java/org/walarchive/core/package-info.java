/** Tests of the engine as a whole. */
@NullMarked
package org.walarchive.core;

import org.jspecify.annotations.NullMarked;
