/**
 * The agent inside of a service: its state as Micrometer's meters, and what it does as events of the JDK's Flight Recorder.
 *
 * <p>Entry type: {@link org.walarchive.examples.embeddedagent.EmbeddedAgent}.
 *
 * <pre>{@code
 * java -XX:StartFlightRecording:filename=/var/tmp/archiving.jfr \
 *     -cp 'examples/target/walarchive-examples-0.1.0-SNAPSHOT.jar:examples/target/lib/*' \
 *     org.walarchive.examples.embeddedagent.EmbeddedAgent file://localhost/srv/archive /srv/pg 9188
 * }</pre>
 */
@NullMarked
package org.walarchive.examples.embeddedagent;

import org.jspecify.annotations.NullMarked;
