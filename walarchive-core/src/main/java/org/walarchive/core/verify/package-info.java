/**
 * Finding out what an archive is good for. {@link org.walarchive.core.verify.Verify} is the use case: it reads the inventory, checks
 * objects if asked to, and derives from both what recovery can reach.
 */
@NullMarked
package org.walarchive.core.verify;

import org.jspecify.annotations.NullMarked;
