/** The engine: wires the use cases to a store. */
@NullMarked
package org.walarchive.core;

import org.jspecify.annotations.NullMarked;
