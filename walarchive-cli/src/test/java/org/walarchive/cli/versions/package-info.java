/** The main job for every release of PostgreSQL, and for clusters with many files and with big ones. */
@NullMarked
package org.walarchive.cli.versions;

import org.jspecify.annotations.NullMarked;
