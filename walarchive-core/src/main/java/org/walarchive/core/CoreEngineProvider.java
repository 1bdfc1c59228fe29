package org.walarchive.core;

import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.WalArchive;
import org.walarchive.spi.EngineProvider;

/** What {@link WalArchive#open} finds. */
public final class CoreEngineProvider implements EngineProvider {

    /** For ServiceLoader. */
    public CoreEngineProvider() {}

    @Override
    public WalArchive open(ArchiveConfig config) throws ArchiveException {
        return StoreBackedArchive.open(config);
    }
}
