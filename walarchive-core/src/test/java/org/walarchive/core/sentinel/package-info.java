/** Tests of what is recorded of a backup. */
@NullMarked
package org.walarchive.core.sentinel;

import org.jspecify.annotations.NullMarked;
