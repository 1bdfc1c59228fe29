package org.walarchive.core.agent;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.agent.AgentStatus.Dropped;
import org.walarchive.core.spool.DroppedFiles;
import org.walarchive.core.spool.PostponedFiles;

/** Looks what was dropped, by whichever process. */
final class DroppedScan {

    private static final Logger LOG = LoggerFactory.getLogger(DroppedScan.class);

    private DroppedScan() {}

    /**
     * Reads the notes.
     *
     * @param files how many this agent dropped
     * @param unnoted how many of those could not be noted
     */
    static Dropped of(WalPlace place, long files, long unnoted) {
        DroppedFiles.Summary summary = new DroppedFiles(place.walDirectory()).read();
        return new Dropped(files, summary.files() + unnoted, postponed(place), summary.last(), summary.lastAt());
    }

    private static long postponed(WalPlace place) {
        try {
            return new PostponedFiles(place.walDirectory()).count();
        } catch (IOException e) {
            LOG.debug("postponed files in {} cannot be listed", place.spool(), e);
            return 0;
        }
    }
}
