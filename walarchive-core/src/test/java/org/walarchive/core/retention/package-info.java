@NullMarked
package org.walarchive.core.retention;

import org.jspecify.annotations.NullMarked;
