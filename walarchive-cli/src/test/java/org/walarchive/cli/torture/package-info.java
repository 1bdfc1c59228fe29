/** Whatever breaks, at a moment that a seed chooses: nothing that was acknowledged may be lost. */
@NullMarked
package org.walarchive.cli.torture;

import org.jspecify.annotations.NullMarked;
