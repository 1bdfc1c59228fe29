@NullMarked
package org.walarchive.store.azure;

import org.jspecify.annotations.NullMarked;
