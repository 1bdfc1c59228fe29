/** Tests of retry and of the discovery of stores. */
@NullMarked
package org.walarchive.core.store;

import org.jspecify.annotations.NullMarked;
