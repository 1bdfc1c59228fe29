package org.walarchive.core.backup;

import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.BackupPushRequest.ConfigurationFiles;
import org.walarchive.LocalFileException;
import org.walarchive.core.progress.ProgressMeter;
import org.walarchive.core.tar.DataDirectoryScan;
import org.walarchive.core.tar.Member;

/**
 * Walks a data directory beside the backup, to find out how much there is: the backup's own walk goes only as far as there are threads to send what it
 * finds. Done only for who listens.
 */
final class SizeEstimate {

    private static final Logger LOG = LoggerFactory.getLogger(SizeEstimate.class);

    private final Path data;
    private final ConfigurationFiles configurationFiles;
    private final ProgressMeter meter;
    private volatile boolean ended;

    SizeEstimate(Path data, ConfigurationFiles configurationFiles, ProgressMeter meter) {
        this.data = data;
        this.configurationFiles = configurationFiles;
        this.meter = meter;
    }

    /** Begins to walk, in a thread of its own. */
    void begin() {
        if (meter.isHeard()) {
            Thread thread = new Thread(this::walk, "walarchive-size");
            thread.setDaemon(true);
            try {
                thread.start();
            } catch (OutOfMemoryError e) { // no thread is to be had; the backup can do without this one
                LOG.debug("the size of {} is not known: {}", data, e.getMessage());
            }
        }
    }

    private void walk() {
        long bytes = 0;
        long members = 0;
        try {
            DataDirectoryScan scan = DataDirectoryScan.of(data, configurationFiles, (path, treatment) -> {});
            for (Optional<Member> member = scan.next(); member.isPresent() && !ended; member = scan.next()) {
                bytes += member.get().sizeBytes();
                members++;
            }
            if (!ended) {
                meter.estimate(bytes, members);
            }
        } catch (LocalFileException e) {
            // If it matters, the backup itself fails.
            LOG.debug("the size of {} is not known: {}", data, e.getMessage());
        }
    }

    /** Ends the walk, sooner or later: the backup does not wait for it. */
    void end() {
        ended = true;
    }
}
