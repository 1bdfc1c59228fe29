package org.walarchive;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.walarchive.agent.AgentRequest;
import org.walarchive.agent.AgentStatus;
import org.walarchive.agent.ArchiveAgent;
import org.walarchive.check.CheckService;
import org.walarchive.drill.DrillService;
import org.walarchive.spi.EngineProvider;
import org.walarchive.stability.Stable;
import org.walarchive.verification.VerificationService;

/**
 * The handle of one archive: one cluster's base backups and WAL at one location.
 *
 * <p>Thread-safe. Every method of its services that takes long can be cancelled by interrupting its thread; it then
 * throws {@link InterruptedException} and leaves nothing half done.
 */
@Stable
public interface WalArchive extends AutoCloseable {

    /**
     * Opens an archive. Nothing is read or written yet; a location that cannot be reached shows at the first call.
     *
     * <p>Engine and store are looked for where {@link ArchiveConfig#classLoader} says. An archive may be opened as often as one
     * likes, also for the same location, and by several processes.
     *
     * @param config where and how
     * @return the archive, to be closed by the caller
     * @throws ConfigurationException when the configuration is wrong, no store opens the location's scheme, or the
     *     engine (walarchive-core) is not on the class path or module path
     * @throws ArchiveException when the store cannot be opened
     */
    static WalArchive open(ArchiveConfig config) throws ArchiveException {
        return engine(config.classLoader()).open(config);
    }

    /**
     * Tells how the agent of a server is doing, which may be in another process. No archive is needed for that.
     *
     * @param directory the server's data directory, or its WAL directory
     * @return what the agent says; where none runs, what is waiting to be archived
     * @throws LocalFileException when there is no such directory, or the agent does not answer
     * @throws ConfigurationException when the engine (walarchive-core) is not on the class path or module path
     */
    static AgentStatus agentStatus(Path directory) throws ArchiveException {
        return engine(Optional.empty()).agentStatus(directory);
    }

    /**
     * Changes how fast base backups of a server may read, those that run among them, through its agent, which may be in another
     * process, as may the backups. They heed it within about two seconds. No archive is needed for that.
     *
     * @param directory the server's data directory, or its WAL directory
     * @param limit the limit as it is now; one that does not limit takes the agent's away, and each backup keeps to its own again
     * @throws LocalFileException when there is no such directory, no agent runs, or it does not answer
     * @throws ConfigurationException when the engine (walarchive-core) is not on the class path or module path
     * @see ArchiveAgent#clusterReadRateLimit
     */
    static void limitClusterReads(Path directory, ReadRateLimit limit) throws ArchiveException {
        engine(Optional.empty()).limitClusterReads(directory, limit);
    }

    private static EngineProvider engine(Optional<ClassLoader> given) throws ConfigurationException {
        List<EngineProvider> engines = engines(given.orElse(WalArchive.class.getClassLoader()));
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (engines.isEmpty() && given.isEmpty() && context != null) {
            engines = engines(context);
        }
        if (engines.size() == 1) {
            return engines.get(0);
        }
        if (engines.isEmpty()) {
            throw new ConfigurationException(
                    "no engine found",
                    "ServiceLoader found no " + EngineProvider.class.getName(),
                    "Add org.walarchive:walarchive-core to the class path or module path.");
        }
        throw new ConfigurationException(
                "more than one engine found",
                engines.get(0).getClass() + " and " + engines.get(1).getClass(),
                "Keep one version of walarchive-core on the class path.");
    }

    private static List<EngineProvider> engines(ClassLoader loader) throws ConfigurationException {
        List<EngineProvider> engines = new ArrayList<>();
        try {
            ServiceLoader.load(EngineProvider.class, loader).forEach(engines::add);
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new ConfigurationException(
                    "the engine cannot be loaded",
                    e.toString(),
                    "Are walarchive-api and walarchive-core of one version, and walarchive-api seen by one class loader only?",
                    e);
        }
        return engines;
    }

    /**
     * Returns what can be done with base backups.
     *
     * @return always the same object
     */
    BackupService backups();

    /**
     * Returns what can be done with WAL files.
     *
     * @return always the same object
     */
    WalService wal();

    /**
     * Returns what can be done about what is not needed any more.
     *
     * @return always the same object
     */
    RetentionService retention();

    /**
     * Returns what proves that base backups restore.
     *
     * @return always the same object
     */
    DrillService drills();

    /**
     * Returns what can be found out about the archive.
     *
     * @return always the same object
     */
    VerificationService verification();

    /**
     * Returns what finds out whether continuous archiving works.
     *
     * @return always the same object
     */
    CheckService checks();

    /**
     * Makes an agent, which is not started yet. Close it before the archive.
     *
     * @param request for which server, and how
     * @return the agent
     */
    ArchiveAgent agent(AgentRequest request);

    /** Releases connections and threads. Calls that are still running fail. Closing twice is harmless. */
    @Override
    void close();
}
