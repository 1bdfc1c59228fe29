package org.walarchive.core.backup;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.walarchive.ConfigurationException;
import org.walarchive.LocalFileException;
import org.walarchive.RecoveryRequest;
import org.walarchive.RecoveryTarget;
import org.walarchive.RecoveryTarget.Bound;
import org.walarchive.RestoreRequest;
import org.walarchive.TablespacePlacement;
import org.walarchive.TargetTimeline;
import org.walarchive.core.tar.AutoConf;
import org.walarchive.core.tar.RestoreTree;
import org.walarchive.postgres.TimelineId;

/**
 * The settings that a restored server starts with: {@code recovery.conf} up to 11; since 12 {@code recovery.signal} and lines at
 * the end of {@code postgresql.auto.conf}, which win over {@code postgresql.conf}.
 */
final class RecoverySettings {

    private static final int FIRST_WITH_AUTO_CONF = 904;
    private static final int FIRST_WITH_IMMEDIATE = 904;
    private static final int FIRST_WITH_ACTION = 905;
    private static final int FIRST_WITH_LSN = 10;
    private static final int FIRST_WITH_SIGNAL = 12;
    private static final int FIRST_WITH_LONG_COMMANDS = 13;

    /**
     * MAXPGPATH without the final zero and the byte that PostgreSQL wastes behind a placeholder: what it runs before 13 is cut off there, which
     * may end as if there were no more WAL.
     */
    private static final int LONGEST_COMMAND_BYTES = 1022;

    /** What the longest name of a segment or a history and the longest path have. */
    private static final String SEGMENT = "0".repeat(24);

    private static final String TARGET = "pg_xlog/RECOVERYXLOG";

    private static final Pattern PLACEHOLDER = Pattern.compile("%([pfr%])");

    // the last digit PostgreSQL heeds is the microsecond's
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT);

    private final RestoreRequest request;
    private final ServerRelease release;
    private final TimelineId backupTimeline;
    private final TimelineId followed;

    RecoverySettings(RestoreRequest request, ServerRelease release, TimelineId backupTimeline, TimelineId followed) {
        this.request = request;
        this.release = release;
        this.backupTimeline = backupTimeline;
        this.followed = followed;
    }

    /** Tells whether anything may have to be written. */
    static boolean areNeeded(RestoreRequest request) {
        return request.recovery().isPresent()
                || request.archiving() == RestoreRequest.Archiving.OFF
                || request.tablespaces() instanceof TablespacePlacement.Blind;
    }

    /** Refuses what a server's release cannot do. */
    static void requireFit(RestoreRequest request, ServerRelease release) throws ConfigurationException {
        if (request.archiving() == RestoreRequest.Archiving.OFF) {
            require(release, FIRST_WITH_AUTO_CONF, "switch archiving off in postgresql.auto.conf");
        }
        if (request.recovery().isEmpty()) {
            return;
        }
        RecoveryRequest recovery = request.recovery().get();
        requireCommand(recovery.restoreCommand(), release);
        if (recovery.target() instanceof RecoveryTarget.LsnAt) {
            require(release, FIRST_WITH_LSN, "recover to an LSN");
        } else if (recovery.target() instanceof RecoveryTarget.Immediate) {
            require(release, FIRST_WITH_IMMEDIATE, "end recovery when it is consistent");
        }
        if (!(recovery.target() instanceof RecoveryTarget.EndOfWal)
                && recovery.action() == RecoveryRequest.TargetAction.SHUTDOWN) {
            require(release, FIRST_WITH_ACTION, "shut down at the recovery target");
        }
    }

    private static void requireCommand(String command, ServerRelease release) throws ConfigurationException {
        int bytes = longest(command).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_COMMAND_BYTES && !release.isAtLeast(FIRST_WITH_LONG_COMMANDS)) {
            throw new ConfigurationException(
                    "restore_command is longer than PostgreSQL " + release.majorText() + " can run",
                    "With the names of files it has " + bytes + " bytes, of which " + LONGEST_COMMAND_BYTES
                            + " would be run.",
                    "Keep the variables in a directory (--envdir) and not in the environment, or give a short command with"
                            + " --restore-command.");
        }
    }

    /** Puts the longest names that there are in the places of the placeholders, as PostgreSQL does. */
    private static String longest(String command) {
        return PLACEHOLDER.matcher(command).replaceAll(found -> switch (found.group(1)) {
            case "p" -> TARGET;
            case "f", "r" -> SEGMENT;
            default -> "%";
        });
    }

    private static void require(ServerRelease release, int first, String ability) throws ConfigurationException {
        if (!release.isAtLeast(first)) {
            throw new ConfigurationException(
                    "PostgreSQL " + release.majorText() + " cannot " + ability, null, "Choose another way.");
        }
    }

    /** Writes the files into a tree whose archives are all extracted. */
    void writeTo(RestoreTree tree) throws LocalFileException {
        List<String> lines = new ArrayList<>();
        if (request.recovery().isPresent()) {
            Map<String, String> recovery = recovery(request.recovery().get());
            if (release.isAtLeast(FIRST_WITH_SIGNAL)) {
                tree.change("recovery.signal", content -> new byte[0]);
                recovery.forEach((name, value) -> lines.add(line(name, value)));
            } else {
                StringBuilder text = new StringBuilder(remark());
                recovery.forEach((name, value) -> text.append(line(name, value)));
                tree.change("recovery.conf", content -> text.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        if (request.archiving() == RestoreRequest.Archiving.OFF) {
            lines.add(line("archive_mode", "off"));
        }
        if (isInPlace(tree) && release.hasInPlaceTablespaces()) {
            lines.add(line("allow_in_place_tablespaces", "on"));
        }
        if (!lines.isEmpty()) {
            tree.change(AutoConf.NAME, content -> appended(content, remark() + String.join("", lines)));
        }
    }

    /** A server that made them for a session's setting would not finish its recovery without it: to it they are no links. */
    private boolean isInPlace(RestoreTree tree) throws LocalFileException {
        return request.tablespaces() instanceof TablespacePlacement.Blind
                || request.recovery().isPresent() && tree.hasInPlaceTablespaces();
    }

    private static String remark() {
        return "# from here on written by walarchive backup-fetch\n";
    }

    private static byte[] appended(byte[] content, String lines) {
        byte[] kept = AutoConf.withoutRecoverySettings(content);
        boolean open = kept.length > 0 && kept[kept.length - 1] != '\n';
        byte[] more = ((open ? "\n" : "") + lines).getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[kept.length + more.length];
        System.arraycopy(kept, 0, all, 0, kept.length);
        System.arraycopy(more, 0, all, kept.length, more.length);
        return all;
    }

    /** In a value, PostgreSQL reads a quote that is doubled as one, and backslashes as C does (guc-file.l). */
    private static String line(String name, String value) {
        return name + " = '" + value.replace("\\", "\\\\").replace("'", "''") + "'\n";
    }

    private Map<String, String> recovery(RecoveryRequest recovery) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("restore_command", recovery.restoreCommand());
        if (release.isAtLeast(FIRST_WITH_SIGNAL)) {
            clearOthers(settings);
        }
        timeline(recovery).ifPresent(value -> settings.put("recovery_target_timeline", value));
        if (!(recovery.target() instanceof RecoveryTarget.EndOfWal)) {
            action(recovery, settings);
        }
        // the target comes last: an empty one after it would take it back (assign_recovery_target_* in 12 to 17)
        target(recovery.target(), settings);
        return settings;
    }

    /** Two targets are an error, and postgresql.conf may have one. */
    private static void clearOthers(Map<String, String> settings) {
        for (String kind : List.of("", "_time", "_xid", "_name", "_lsn")) {
            settings.put("recovery_target" + kind, "");
        }
        settings.put("recovery_target_inclusive", "on");
    }

    private Optional<String> timeline(RecoveryRequest recovery) {
        if (!followed.equals(backupTimeline)) {
            return Optional.of(followed.toString());
        }
        if (recovery.timeline() instanceof TargetTimeline.Latest
                && recovery.target() instanceof RecoveryTarget.EndOfWal) {
            return Optional.of("latest");
        }
        // the backup's own timeline is what 11 and older follow unless told; its history file may not exist
        return release.isAtLeast(FIRST_WITH_SIGNAL) ? Optional.of("current") : Optional.empty();
    }

    private void action(RecoveryRequest recovery, Map<String, String> settings) {
        if (release.isAtLeast(FIRST_WITH_ACTION)) {
            settings.put("recovery_target_action", recovery.action().name().toLowerCase(Locale.ROOT));
        } else {
            boolean pause = recovery.action() == RecoveryRequest.TargetAction.PAUSE;
            settings.put("pause_at_recovery_target", pause ? "on" : "off");
        }
    }

    private static void target(RecoveryTarget target, Map<String, String> settings) {
        if (target instanceof RecoveryTarget.Time at) {
            bounded(settings, "recovery_target_time", TIME.format(at.time().atOffset(ZoneOffset.UTC)), at.bound());
        } else if (target instanceof RecoveryTarget.LsnAt at) {
            bounded(settings, "recovery_target_lsn", at.lsn().toString(), at.bound());
        } else if (target instanceof RecoveryTarget.Xid at) {
            bounded(settings, "recovery_target_xid", Long.toString(at.xid() & 0xFFFFFFFFL), at.bound());
        } else if (target instanceof RecoveryTarget.Name at) {
            last(settings, "recovery_target_name", at.name());
        } else if (target instanceof RecoveryTarget.Immediate) {
            last(settings, "recovery_target", "immediate");
        }
    }

    private static void bounded(Map<String, String> settings, String name, String value, Bound bound) {
        settings.put("recovery_target_inclusive", bound == Bound.INCLUSIVE ? "on" : "off");
        last(settings, name, value);
    }

    private static void last(Map<String, String> settings, String name, String value) {
        settings.remove(name);
        settings.put(name, value);
    }
}
