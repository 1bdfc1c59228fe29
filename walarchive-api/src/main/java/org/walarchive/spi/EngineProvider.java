package org.walarchive.spi;

import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;

/** The engine, found through {@link java.util.ServiceLoader}: walarchive-core has the one there is. */
public interface EngineProvider {

    /**
     * Opens an archive.
     *
     * @param config where and how
     * @return the archive, to be closed by the caller
     * @throws ArchiveException when the configuration is wrong or the store cannot be opened
     */
    WalArchive open(ArchiveConfig config) throws ArchiveException;
}
