/**
 * The use case {@link org.walarchive.core.drill.Drill}. It restores and fetches through the library's own interface, so that what it
 * proves is what a user gets.
 */
@NullMarked
package org.walarchive.core.drill;

import org.jspecify.annotations.NullMarked;
