/**
 * A server at full load whose archive is on a server of S3, for seconds in a build and for hours by {@code ci/load.sh}: base backups and
 * retention go on, something fails each minute, and what the agent holds is measured.
 *
 * <p>Entry type: {@link org.walarchive.cli.load.LoadIT}.
 *
 * <pre>{@code
 * try (LoadedServer loaded = LoadedServer.start(s3)) {
 *     Trouble.THROTTLED.on(loaded, random, Duration.ofSeconds(30));
 *     loaded.requireWhole();
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.cli.load;

import org.jspecify.annotations.NullMarked;
