/**
 * What an archive holds, by the names of its objects: base backups and their parts, WAL by timeline, histories, and what nobody
 * knows. Use cases that look at the whole archive begin with {@link org.walarchive.core.inventory.Inventory}.
 *
 * <pre>{@code
 * Inventory inventory = Inventory.read(archive);
 * for (BackupObjects backup : inventory.backups()) …
 * inventory.wal().ranges(timeline, size)
 * }</pre>
 */
@NullMarked
package org.walarchive.core.inventory;

import org.jspecify.annotations.NullMarked;
