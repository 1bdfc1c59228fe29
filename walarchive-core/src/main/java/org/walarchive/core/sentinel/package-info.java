/** The sentinel: what the archive records of a base backup. Values and JSON, no I/O. */
@NullMarked
package org.walarchive.core.sentinel;

import org.jspecify.annotations.NullMarked;
