/** Tests of what is read of an archive as a whole. */
@NullMarked
package org.walarchive.core.inventory;

import org.jspecify.annotations.NullMarked;
