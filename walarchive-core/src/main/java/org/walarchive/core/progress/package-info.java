/**
 * Counts what is done, and tells who wants to hear.
 *
 * <p>Entry type: {@link org.walarchive.core.progress.ProgressMeter}.
 */
@NullMarked
package org.walarchive.core.progress;

import org.jspecify.annotations.NullMarked;
