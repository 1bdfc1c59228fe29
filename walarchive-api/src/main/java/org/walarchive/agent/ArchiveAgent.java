package org.walarchive.agent;

import org.walarchive.ArchiveException;
import org.walarchive.ReadRateLimit;
import org.walarchive.stability.Experimental;

/**
 * Archives the WAL of one server ahead of its {@code archive_command}, fetches ahead in recovery, and answers both over a Unix
 * socket, in the protocol of WAL-G's daemon ({@code docs/agent.md}).
 *
 * <p>There is never more than one for a WAL directory. It survives a store that is down, a server that is restarted or promoted,
 * and a data directory that goes away and comes back. Thread-safe.
 */
@Experimental
public interface ArchiveAgent extends AutoCloseable {

    /**
     * Takes the place of the WAL directory's agent and begins to work, in threads of its own.
     *
     * @throws org.walarchive.LocalFileException when another agent serves the directory, there is no WAL directory, or the socket
     *     cannot be made
     * @throws org.walarchive.ConfigurationException when the metrics port cannot be listened on, or the path of the socket is too
     *     long
     * @throws IllegalStateException when it was started before
     * @throws ArchiveException for any other failure
     */
    void start() throws ArchiveException;

    /**
     * Tells how it is doing. Reads the server's {@code archive_status}, which takes milliseconds.
     *
     * @return the state at this moment
     */
    AgentStatus status();

    /**
     * Returns the limit on what base backups of this server read, whichever process takes them: each asks about every second. While it
     * does not limit, which is so at the start, each keeps to its own. It lives as long as the agent, and is the same that {@code
     * walarchive agent --cluster-read-rate-limit} and {@link org.walarchive.WalArchive#limitClusterReads} change.
     *
     * @return always the same object, to be changed from any thread
     */
    ReadRateLimit clusterReadRateLimit();

    /**
     * Tells whether it works: the thread that watches the directory made its round lately, and the socket answered a client
     * within seconds. A store that is down does not count as not working.
     *
     * @return true if so; what a watchdog asks
     */
    boolean isResponsive();

    /**
     * Waits until it ends: because it was closed, or because a thread of it failed for a reason that was not foreseen.
     *
     * @throws IllegalStateException with the reason, when it failed
     * @throws InterruptedException when the thread is interrupted; the agent goes on
     */
    void awaitEnd() throws InterruptedException;

    /**
     * Stops: takes no more requests, removes the socket, gives what is under way {@link AgentRequest#stopPatience} to finish and
     * interrupts the rest, which then counts as not archived. Closing twice is harmless.
     */
    @Override
    void close();
}
