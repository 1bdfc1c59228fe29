/**
 * The PostgreSQL server as a backup sees it: a session on it, its control file, the header of its WAL pages.
 *
 * <pre>{@code
 * try (ServerSession session = ServerSession.open(ServerConnection.builder().build())) {
 *     BackupStart start = session.startBackup("nightly", Checkpoint.FAST);
 *     // copy the data directory
 *     BackupStop stop = session.stopBackup();
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive.core.server;

import org.jspecify.annotations.NullMarked;
