package org.walarchive.examples.controlplane;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.walarchive.ArchiveConfig;
import org.walarchive.DeletionPolicy;
import org.walarchive.ServerConnection;

/**
 * What is done for one cluster.
 *
 * @param name what it is called
 * @param dataDirectory where its data are, on this machine
 * @param server how its server is reached
 * @param archive where its archive is, and how to work with it
 * @param backupEvery how long after a base backup the next one is due
 * @param jitter how much later it may begin, drawn anew each time, so that not all clusters begin at once
 * @param retryAfter how long after a failure the same is tried again
 * @param retention what may go after each base backup; empty for nothing
 * @param drillEvery how long after a drill the next one is due; empty for no drills
 * @param drillQuery what the restored server is asked
 * @param programs where PostgreSQL's programs are; empty to look for them
 */
record ClusterSettings(
        String name,
        Path dataDirectory,
        ServerConnection server,
        ArchiveConfig archive,
        Duration backupEvery,
        Duration jitter,
        Duration retryAfter,
        Optional<DeletionPolicy> retention,
        Optional<Duration> drillEvery,
        Optional<String> drillQuery,
        Optional<Path> programs) {}
