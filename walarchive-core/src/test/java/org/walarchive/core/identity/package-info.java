/** Tests of which cluster an archive belongs to. */
@NullMarked
package org.walarchive.core.identity;

import org.jspecify.annotations.NullMarked;
