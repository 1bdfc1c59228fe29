/**
 * What the engine and the command line share; of no use to anybody else, for whom the module does not export it.
 *
 * <p>Entry type: {@link org.walarchive.internal.Similar}.
 *
 * <pre>{@code
 * Similar.to("lates", Stream.of("LATEST", "OLDEST"));
 * }</pre>
 */
@NullMarked
package org.walarchive.internal;

import org.jspecify.annotations.NullMarked;
