/** Fuzzing of the agent's protocol. */
@NullMarked
package org.walarchive.core.agent;

import org.jspecify.annotations.NullMarked;
