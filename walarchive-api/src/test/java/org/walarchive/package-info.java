/** Tests of the values and settings of the API. */
@NullMarked
package org.walarchive;

import org.jspecify.annotations.NullMarked;
