/**
 * A control plane: one process that takes base backups of several clusters, lets old ones go, and proves that the newest restore.
 *
 * <p>Entry type: {@link org.walarchive.examples.controlplane.ControlPlane}.
 *
 * <pre>{@code
 * java -cp 'examples/target/walarchive-examples-0.1.0-SNAPSHOT.jar:examples/target/lib/*' \
 *     org.walarchive.examples.controlplane.ControlPlane control-plane.properties
 * }</pre>
 */
@NullMarked
package org.walarchive.examples.controlplane;

import org.jspecify.annotations.NullMarked;
