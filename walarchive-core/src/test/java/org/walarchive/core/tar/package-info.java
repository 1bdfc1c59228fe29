/** Tests of the way from a data directory to tar partitions and back. */
@NullMarked
package org.walarchive.core.tar;

import org.jspecify.annotations.NullMarked;
