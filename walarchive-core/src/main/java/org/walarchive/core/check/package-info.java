/** The use case {@link org.walarchive.core.check.Check}: whether continuous archiving works, from the server's settings to a segment that is fetched back. */
@NullMarked
package org.walarchive.core.check;

import org.jspecify.annotations.NullMarked;
