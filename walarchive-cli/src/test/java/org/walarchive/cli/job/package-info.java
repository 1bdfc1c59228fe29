/** The main job on real servers, through the distribution: archive under load, back up, crash, restore. */
@NullMarked
package org.walarchive.cli.job;

import org.jspecify.annotations.NullMarked;
