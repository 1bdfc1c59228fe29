package org.walarchive.spi;

import java.nio.file.Path;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.ReadRateLimit;
import org.walarchive.WalArchive;
import org.walarchive.agent.AgentStatus;
import org.walarchive.stability.Internal;

/** The engine, found through {@link java.util.ServiceLoader}: walarchive-core has the one there is. */
@Internal
public interface EngineProvider {

    /**
     * Opens an archive.
     *
     * @param config where and how
     * @return the archive, to be closed by the caller
     * @throws ArchiveException when the configuration is wrong or the store cannot be opened
     */
    WalArchive open(ArchiveConfig config) throws ArchiveException;

    /**
     * Tells how the agent of a server is doing.
     *
     * @param directory the server's data directory, or its WAL directory
     * @return see {@link WalArchive#agentStatus}
     * @throws ArchiveException when there is no such directory, or the agent does not answer
     */
    AgentStatus agentStatus(Path directory) throws ArchiveException;

    /**
     * Changes how fast base backups of a server may read.
     *
     * @param directory the server's data directory, or its WAL directory
     * @param limit see {@link WalArchive#limitClusterReads}
     * @throws ArchiveException when there is no such directory, no agent, or it does not answer
     */
    void limitClusterReads(Path directory, ReadRateLimit limit) throws ArchiveException;
}
