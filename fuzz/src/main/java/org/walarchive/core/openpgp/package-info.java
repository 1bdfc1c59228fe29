/** Fuzzing of OpenPGP messages and keys. */
@NullMarked
package org.walarchive.core.openpgp;

import org.jspecify.annotations.NullMarked;
