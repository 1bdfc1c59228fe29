package org.walarchive.core;

import java.nio.file.Path;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.ReadRateLimit;
import org.walarchive.WalArchive;
import org.walarchive.agent.AgentStatus;
import org.walarchive.core.agent.ReadRateQuery;
import org.walarchive.core.agent.StatusQuery;
import org.walarchive.spi.EngineProvider;

/** What {@link WalArchive#open} finds. */
public final class CoreEngineProvider implements EngineProvider {

    /** For ServiceLoader. */
    public CoreEngineProvider() {}

    @Override
    public WalArchive open(ArchiveConfig config) throws ArchiveException {
        return StoreBackedArchive.open(config);
    }

    @Override
    public AgentStatus agentStatus(Path directory) throws ArchiveException {
        return StatusQuery.of(directory);
    }

    @Override
    public void limitClusterReads(Path directory, ReadRateLimit limit) throws ArchiveException {
        ReadRateQuery.change(directory, limit);
    }
}
