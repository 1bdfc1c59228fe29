/** Tests of drills that need no server. */
@NullMarked
package org.walarchive.core.drill;

import org.jspecify.annotations.NullMarked;
