/** The names of an archive's objects, and nothing else: no other package knows a key. */
@NullMarked
package org.walarchive.core.layout;

import org.jspecify.annotations.NullMarked;
