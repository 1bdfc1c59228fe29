/**
 * Programs that use walarchive, and what {@code examples/quickstart.sh} needs.
 *
 * <p>Entry type: {@link org.walarchive.examples.EmbeddedArchive}.
 *
 * <pre>{@code
 * java -cp 'examples/target/walarchive-examples-0.1.0-SNAPSHOT.jar:examples/target/lib/*' \
 *     org.walarchive.examples.EmbeddedArchive file://localhost/srv/archive /srv/pg
 * }</pre>
 */
@NullMarked
package org.walarchive.examples;

import org.jspecify.annotations.NullMarked;
