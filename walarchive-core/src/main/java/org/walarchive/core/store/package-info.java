/** How the engine finds and uses stores: discovery, retry, deadlines. */
@NullMarked
package org.walarchive.core.store;

import org.jspecify.annotations.NullMarked;
