/**
 * How {@link org.walarchive.WalArchive#open} finds the engine; of no use to callers.
 *
 * <p>Entry type: {@link org.walarchive.spi.EngineProvider}. walarchive-core names its own in {@code META-INF/services} and as a module:
 *
 * <pre>{@code
 * module org.walarchive.core {
 *     requires org.walarchive.api;
 *     provides org.walarchive.spi.EngineProvider with org.walarchive.core.CoreEngineProvider;
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.spi;

import org.jspecify.annotations.NullMarked;
