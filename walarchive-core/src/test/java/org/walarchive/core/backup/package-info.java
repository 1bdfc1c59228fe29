/** Tests of taking and restoring base backups. */
@NullMarked
package org.walarchive.core.backup;

import org.jspecify.annotations.NullMarked;
