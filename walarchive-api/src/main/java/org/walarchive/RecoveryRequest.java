package org.walarchive;

import java.util.Objects;
import org.walarchive.stability.Stable;

/**
 * How a restored server is to recover at its first start. Immutable.
 *
 * @param target where recovery ends
 * @param timeline the timeline it follows
 * @param action what the server does at the target; without meaning at the end of the WAL, where it is always promoted
 * @param restoreCommand the command that fetches WAL, as {@code restore_command} has it: a line for a shell, {@code %f} for
 *     the file, {@code %p} for where to
 */
@Stable
public record RecoveryRequest(
        RecoveryTarget target, TargetTimeline timeline, TargetAction action, String restoreCommand) {

    /** What a server does when it has reached the target: {@code recovery_target_action}. */
    public enum TargetAction {
        /** It waits, and can be looked at; {@code pg_wal_replay_resume()} promotes it. */
        PAUSE,
        /** It becomes a primary on a new timeline. */
        PROMOTE,
        /** It shuts down. */
        SHUTDOWN
    }

    /**
     * Checks that the command can stand in a file of settings.
     *
     * @throws IllegalArgumentException if it is blank, or more than one line
     */
    public RecoveryRequest {
        Objects.requireNonNull(target);
        Objects.requireNonNull(timeline);
        Objects.requireNonNull(action);
        if (restoreCommand.isBlank() || restoreCommand.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException("restore_command is not one line of text: \"" + restoreCommand + "\"");
        }
    }

    /**
     * Makes a request with PostgreSQL's defaults: the latest timeline (for {@link RecoveryTarget.Immediate} that of the
     * backup), pause at the target.
     *
     * @param target where recovery ends
     * @param restoreCommand the command that fetches WAL
     * @return the request
     */
    public static RecoveryRequest to(RecoveryTarget target, String restoreCommand) {
        TargetTimeline timeline =
                target instanceof RecoveryTarget.Immediate ? new TargetTimeline.Current() : new TargetTimeline.Latest();
        return new RecoveryRequest(target, timeline, TargetAction.PAUSE, restoreCommand);
    }

    /**
     * Returns a copy with another timeline.
     *
     * @param value the timeline
     * @return the copy
     */
    public RecoveryRequest timeline(TargetTimeline value) {
        return new RecoveryRequest(target, value, action, restoreCommand);
    }

    /**
     * Returns a copy with another action.
     *
     * @param value what the server does at the target
     * @return the copy
     */
    public RecoveryRequest action(TargetAction value) {
        return new RecoveryRequest(target, timeline, value, restoreCommand);
    }
}
