package org.walarchive.core.inventory;

import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobInfo;

/**
 * An object that holds a WAL file other than a whole segment: a history, a partial segment, the record of a base backup.
 *
 * @param name the file
 * @param extension how it is compressed
 * @param blob the object
 */
public record WalFileObject(WalFileName name, String extension, BlobInfo blob) {}
