package org.walarchive;

import org.walarchive.postgres.TimelineId;
import org.walarchive.stability.Stable;

/** The timeline that recovery follows: {@code recovery_target_timeline}. */
@Stable
public sealed interface TargetTimeline {

    /** The newest timeline that the archive has a history of. */
    record Latest() implements TargetTimeline {}

    /** The timeline that the base backup was taken on. */
    record Current() implements TargetTimeline {}

    /**
     * A certain timeline.
     *
     * @param timeline which
     */
    record Numbered(TimelineId timeline) implements TargetTimeline {}
}
