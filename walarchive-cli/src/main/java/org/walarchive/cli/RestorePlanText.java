package org.walarchive.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.RestorePlan;
import org.walarchive.postgres.TimelineId;

/** A plan, for people and for programs. */
final class RestorePlanText {

    private RestorePlanText() {}

    /** Returns lines of a name and a value. */
    static String text(RestorePlan plan) {
        StringBuilder text = new StringBuilder();
        line(text, "backup", plan.backup().toString());
        line(text, "directory", plan.directory().toString());
        line(text, "PostgreSQL", or(version(plan.majorVersion()), "unknown"));
        line(text, "complete since", plan.finished().toString());
        line(text, "consistent at", plan.consistentAt().map(Object::toString).orElse("unknown"));
        line(text, "partitions", plan.partitions() + ", " + plan.partitionBytes() + " bytes stored");
        if (plan.expandedBytes().isPresent()) {
            line(text, "files", plan.expandedBytes().getAsLong() + " bytes");
        }
        if (plan.freeBytes().isPresent()) {
            line(text, "free", plan.freeBytes().getAsLong() + " bytes" + doubt(plan));
        }
        line(text, "timelines", plan.timelines().stream().map(Object::toString).collect(Collectors.joining(" > ")));
        if (plan.wal().isPresent()) {
            wal(text, plan.wal().get());
        }
        line(text, "obstacle", plan.obstacle().orElse("none"));
        line(text, "refused", plan.refusal().map(RestorePlanText::reason).orElse("no"));
        return text.toString();
    }

    private static String doubt(RestorePlan plan) {
        boolean less = plan.expandedBytes().isPresent()
                && plan.freeBytes().getAsLong() < plan.expandedBytes().getAsLong();
        return less ? ", less than the files" : "";
    }

    private static void wal(StringBuilder text, RestorePlan.Wal wal) {
        String known = switch (wal.lastSegment()) {
            case KNOWN -> "";
            case AT_MOST -> " at most";
            case NEWEST_IN_ARCHIVE -> ", the newest in the archive";
        };
        line(text, "WAL from", wal.first().toString());
        line(
                text,
                "WAL to",
                wal.last() + known + wal.newestPut().map(put -> ", put " + put).orElse(""));
        line(
                text,
                "WAL segments",
                wal.present() + " of " + wal.segments() + " are in the archive, " + wal.storedBytes()
                        + " bytes stored");
        for (RestorePlan.Gap gap : wal.gaps()) {
            line(
                    text,
                    "missing",
                    gap.first() + (gap.count() == 1 ? "" : " to " + gap.last() + ", " + gap.count() + " segments"));
        }
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name)
                .append(": ")
                .append(" ".repeat(Math.max(0, 14 - name.length())))
                .append(value)
                .append('\n');
    }

    /** Returns one JSON object. */
    static String json(RestorePlan plan) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("backup", plan.backup());
        object.put("directory", plan.directory());
        object.put("postgresql", version(plan.majorVersion()));
        object.put("finished", plan.finished());
        object.put("consistent_at", plan.consistentAt().map(Object::toString).orElse(null));
        object.put("partitions", plan.partitions());
        object.put("partition_bytes", plan.partitionBytes());
        object.put("expanded_bytes", plan.expandedBytes());
        object.put("free_bytes", plan.freeBytes());
        object.put("timelines", plan.timelines().stream().map(TimelineId::value).toList());
        object.put("wal", plan.wal().map(RestorePlanText::json).orElse(null));
        object.put("obstacle", plan.obstacle().orElse(null));
        object.put("refused", plan.refusal().map(RestorePlanText::json).orElse(null));
        return Json.of(object);
    }

    private static String reason(ArchiveException refusal) {
        return String.valueOf(refusal.getMessage());
    }

    private static Map<String, @Nullable Object> json(ArchiveException refusal) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("message", reason(refusal));
        object.put("detail", refusal.detail().orElse(null));
        object.put("hint", refusal.hint().orElse(null));
        return object;
    }

    private static Map<String, @Nullable Object> json(RestorePlan.Wal wal) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("first", wal.first());
        object.put("last", wal.last());
        object.put(
                "last_is",
                switch (wal.lastSegment()) {
                    case KNOWN -> "known";
                    case AT_MOST -> "at_most";
                    case NEWEST_IN_ARCHIVE -> "newest_in_archive";
                });
        object.put("segments", wal.segments());
        object.put("present", wal.present());
        object.put("stored_bytes", wal.storedBytes());
        object.put("newest_put", wal.newestPut().map(Object::toString).orElse(null));
        List<Map<String, Object>> gaps =
                wal.gaps().stream().map(RestorePlanText::json).toList();
        object.put("gaps", gaps);
        return object;
    }

    private static Map<String, Object> json(RestorePlan.Gap gap) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("first", gap.first());
        object.put("last", gap.last());
        object.put("count", gap.count());
        return object;
    }

    private static @Nullable String version(OptionalInt major) {
        if (major.isEmpty()) {
            return null;
        }
        int number = major.getAsInt();
        return number < 100 ? Integer.toString(number) : number / 100 + "." + number % 100;
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
