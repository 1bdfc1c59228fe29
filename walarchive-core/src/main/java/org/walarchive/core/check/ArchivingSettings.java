package org.walarchive.core.check;

import java.util.regex.Pattern;
import org.walarchive.ServerException;
import org.walarchive.core.server.ServerSession;

/** Whether the server's settings have WAL archived, and by this program. */
final class ArchivingSettings {

    /** How a command that archives by this program, by WAL-E or by WAL-G's client of the agent looks. */
    private static final Pattern OURS = Pattern.compile("(walarchive|wal-e|walg-daemon-client)\\S*\\s.*wal-push");

    /** A command that does nothing, whose success has WAL removed that nobody has. */
    private static final Pattern NOTHING = Pattern.compile("\\s*(/\\S*/)?(true|:|exit 0|echo\\b.*)\\s*;?\\s*");

    private final ServerSession session;
    private final Results results;

    ArchivingSettings(ServerSession session, Results results) {
        this.session = session;
        this.results = results;
    }

    void run() throws ServerException, InterruptedException {
        String level = setting("wal_level");
        if (level.equals("minimal")) {
            results.fail(
                    "wal-level",
                    "wal_level is minimal: WAL lacks what recovery needs",
                    "Set wal_level = replica, and restart.");
        } else {
            results.ok("wal-level", "wal_level is " + level);
        }
        String mode = setting("archive_mode");
        if (mode.equals("off")) {
            results.fail(
                    "archive-mode", "archive_mode is off: nothing is archived", "Set archive_mode = on, and restart.");
        } else {
            results.ok("archive-mode", "archive_mode is " + mode);
        }
        checkCommand();
        if (setting("archive_timeout").equals("0")) {
            results.warn(
                    "archive-timeout",
                    "archive_timeout is 0: what a quiet server committed may stay unarchived for days",
                    "Set archive_timeout to the time that may be lost, such as 60s.");
        } else {
            results.ok("archive-timeout", "archive_timeout is " + setting("archive_timeout") + " s");
        }
    }

    private void checkCommand() throws ServerException, InterruptedException {
        String library = setting("archive_library");
        String command = setting("archive_command");
        if (!library.isEmpty()) {
            results.warn(
                    "archive-command",
                    "archive_library is " + library + ", and archive_command is not used",
                    "walg_archive with the agent works, and can lose a segment when the agent is killed: docs/agent.md. Set"
                            + " archive_library = '' to use archive_command.");
        } else if (command.isEmpty() || command.equals("(disabled)")) {
            results.fail(
                    "archive-command",
                    "archive_command is not set: WAL piles up in pg_wal",
                    "Set archive_command = 'walarchive wal-push %p', with the archive's variables, and reload.");
        } else if (NOTHING.matcher(command).matches()) {
            results.fail(
                    "archive-command",
                    "archive_command is \"" + command + "\": WAL is removed, and nobody has it",
                    "Set archive_command = 'walarchive wal-push %p', with the archive's variables; reload; take a base backup.");
        } else if (OURS.matcher(command).find()) {
            // its text may have credentials
            results.ok("archive-command", "archive_command calls wal-push");
        } else {
            results.warn(
                    "archive-command",
                    "archive_command does not call walarchive, as far as can be seen",
                    "If it is a script that does, the round trip tells whether it works.");
        }
    }

    private String setting(String name) throws ServerException, InterruptedException {
        return session.setting(name).orElse("");
    }
}
