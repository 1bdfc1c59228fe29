/** How {@link org.walarchive.WalArchive#open} finds the engine; of no use to callers. */
@NullMarked
package org.walarchive.spi;

import org.jspecify.annotations.NullMarked;
