@NullMarked
package org.walarchive.core.verify;

import org.jspecify.annotations.NullMarked;
