package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.walarchive.core.testing.PostgresVersion;

/** The main job on a store other than files. A leaf says on which. */
abstract class StoreJob {

    /** Makes a place for an archive, and returns the environment that leads to it. */
    abstract Map<String, String> newArchive();

    @Test
    @DisplayName("a backup taken under load and the WAL after it restore every committed row")
    void restoresEveryCommittedRow() {
        try (CliProcess cli = new CliProcess(newArchive())) {
            new MainJob(cli, PostgresVersion.V17).run();
            String list = cli.run("backup-list").requireSuccess().output();
            assertEquals(2, list.split("\r\n").length, list);
            assertTrue(list.contains("base_0000000100000000"), list);
            requireTruthAboutAbsence(cli);
        }
    }

    private void requireTruthAboutAbsence(CliProcess cli) {
        String target = cli.path("segment").toString();
        CliProcess.Outcome absent = cli.run("wal-fetch", "0000000100000000000000FF", target);
        assertEquals(1, absent.status(), absent.log());
        CliProcess.Outcome nowhere = cli.run(elsewhere(), "wal-fetch", "0000000100000000000000FF", target);
        assertEquals(255, nowhere.status(), nowhere.log());
        assertTrue(nowhere.log().contains("HINT"), nowhere.log());
    }

    /** Returns the part of the environment that leads to a place that was never made. */
    abstract Map<String, String> elsewhere();
}
