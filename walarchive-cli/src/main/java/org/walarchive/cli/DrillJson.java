package org.walarchive.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.drill.DrillReport;

/** The report of a drill as JSON: an object that always has the same members; what is not known is null. */
final class DrillJson {

    private DrillJson() {}

    static String of(DrillReport report) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("success", report.failure().isEmpty());
        members.put("backup", report.backup());
        members.put("failure", report.failure().map(DrillJson::failure));
        members.put("begun", report.begun());
        Map<String, Object> elapsed = new LinkedHashMap<>();
        for (DrillReport.Step step : DrillReport.Step.values()) {
            elapsed.put(Json.word(step), seconds(report.elapsed().get(step)));
        }
        members.put("elapsed_seconds", elapsed);
        members.put("server_version", report.serverVersion());
        members.put("system_identifier", report.systemIdentifier());
        members.put("restored_bytes", report.restoredBytes());
        members.put("wal_segments", report.walSegments());
        members.put("last_segment", report.lastSegment());
        members.put("reached", report.reached().map(DrillJson::reached));
        members.put("result", report.result().map(DrillJson::result));
        members.put("directory", report.directory());
        return Json.of(members);
    }

    private static Map<String, Object> failure(DrillReport.Failure failure) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("step", Json.word(failure.step()));
        members.put("message", failure.cause().getMessage());
        members.put("detail", failure.cause().detail());
        members.put("hint", failure.cause().hint());
        members.put("server_log", failure.serverLog());
        return members;
    }

    private static Map<String, Object> reached(DrillReport.Reached reached) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("timeline", reached.timeline().value());
        members.put("lsn", reached.lsn());
        members.put("last_transaction", reached.lastTransaction());
        return members;
    }

    private static Map<String, Object> result(DrillReport.QueryResult result) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("columns", result.columns());
        members.put("rows", result.rows());
        members.put("has_more", result.hasMore());
        return members;
    }

    private static @Nullable Object seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis() / 1000.0;
    }
}
