@NullMarked
package org.walarchive.core.progress;

import org.jspecify.annotations.NullMarked;
