package org.walarchive.cli;

import java.util.Map;
import java.util.TreeMap;
import org.walarchive.check.CheckReport;
import org.walarchive.check.CheckResult;
import org.walarchive.cli.log.Printable;

/** A check for people: a line for each result, and what to do under what is not as it should be. The first line is what Nagios shows. */
final class CheckTable {

    private CheckTable() {}

    static String of(CheckReport report, Colours colours) {
        StringBuilder text = new StringBuilder();
        text.append(report.worst()).append(": ").append(summary(report)).append('\n');
        int width = report.results().stream()
                .mapToInt(result -> result.name().length())
                .max()
                .orElse(0);
        for (CheckResult result : report.results()) {
            String word = String.format("%-4s", word(result.status()));
            text.append(result.status() == CheckResult.Status.FAIL ? colours.bad(word) : word)
                    .append(String.format("  %-" + width + "s  %s\n", result.name(), Printable.of(result.message())));
            result.hint()
                    .ifPresent(hint -> text.append("      HINT: ")
                            .append(Printable.of(hint))
                            .append('\n'));
        }
        return text.toString();
    }

    private static String word(CheckResult.Status status) {
        return status == CheckResult.Status.SKIPPED ? "--" : status.name();
    }

    private static String summary(CheckReport report) {
        Map<CheckResult.Status, Integer> counts = new TreeMap<>();
        report.results().forEach(result -> counts.merge(result.status(), 1, Integer::sum));
        return "archiving to " + report.location() + ": " + counts.getOrDefault(CheckResult.Status.OK, 0) + " ok, "
                + VerifyTable.number(counts.getOrDefault(CheckResult.Status.WARN, 0), "warning") + ", "
                + VerifyTable.number(counts.getOrDefault(CheckResult.Status.FAIL, 0), "failure");
    }
}
