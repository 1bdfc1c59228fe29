/** Fuzzing of the control file and the header of WAL. */
@NullMarked
package org.walarchive.core.server;

import org.jspecify.annotations.NullMarked;
