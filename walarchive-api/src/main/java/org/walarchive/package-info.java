/**
 * Continuous archiving of PostgreSQL: base backups, WAL, restore.
 *
 * <p>Entry type: {@link org.walarchive.WalArchive}.
 *
 * <pre>{@code
 * ArchiveConfig config = ArchiveConfig.builder("file://localhost/srv/archive").build();
 * try (WalArchive archive = WalArchive.open(config)) {
 *     archive.wal().push(Path.of("/srv/pg/pg_wal/000000010000000000000001"));
 *     archive.backups().push(BackupPushRequest.builder(Path.of("/srv/pg")).build());
 * }
 * }</pre>
 */
@NullMarked
package org.walarchive;

import org.jspecify.annotations.NullMarked;
