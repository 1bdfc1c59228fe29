package org.walarchive.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.walarchive.check.CheckReport;
import org.walarchive.check.CheckResult;

/** A check as JSON. {@code docs/check.md} has the fields: they stay, and more may come. */
final class CheckJson {

    private static final int FORMAT = 1;

    private CheckJson() {}

    static String of(CheckReport report) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("format", FORMAT);
        members.put("status", Json.word(report.worst()));
        members.put("location", report.location());
        members.put("begun", report.begun());
        members.put("elapsed_seconds", report.elapsed().toMillis() / 1000.0);
        members.put("checks", report.results().stream().map(CheckJson::result).toList());
        return Json.of(members);
    }

    private static Map<String, @Nullable Object> result(CheckResult result) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", result.name());
        members.put("status", Json.word(result.status()));
        members.put("message", result.message());
        members.put("hint", result.hint());
        return members;
    }
}
