/** What the tests of embedding run, in class loaders and modules of their own. */
@NullMarked
package org.walarchive.cli.embedding;

import org.jspecify.annotations.NullMarked;
