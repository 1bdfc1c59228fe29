package org.walarchive.check;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.walarchive.stability.Experimental;

/**
 * What a check of continuous archiving found.
 *
 * @param location where the archive is
 * @param begun when it began
 * @param elapsed how long it took
 * @param results of each check, in the order of the way from the store over the server to the archive
 */
@Experimental
public record CheckReport(String location, Instant begun, Duration elapsed, List<CheckResult> results) {

    /** Copies the list. */
    public CheckReport {
        results = List.copyOf(results);
    }

    /**
     * Returns the worst that was found.
     *
     * @return {@link CheckResult.Status#OK}, {@link CheckResult.Status#WARN} or {@link CheckResult.Status#FAIL}: what was skipped does not count
     */
    public CheckResult.Status worst() {
        return results.stream()
                .map(CheckResult::status)
                .filter(status -> status != CheckResult.Status.SKIPPED)
                .max(CheckResult.Status::compareTo)
                .orElse(CheckResult.Status.OK);
    }
}
