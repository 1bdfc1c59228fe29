@NullMarked
package org.walarchive.core.check;

import org.jspecify.annotations.NullMarked;
