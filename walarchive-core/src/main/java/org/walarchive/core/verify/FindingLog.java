package org.walarchive.core.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.walarchive.verification.Finding;
import org.walarchive.verification.Finding.Severity;
import org.walarchive.verification.VerificationReport;

/** Collects findings, from several threads: all are counted, and a bounded number is kept. */
final class FindingLog {

    private final Map<Severity, List<Finding>> kept = new EnumMap<>(Severity.class);
    private final long[] counts = new long[Severity.values().length];

    FindingLog() {
        for (Severity severity : Severity.values()) {
            kept.put(severity, new ArrayList<>());
        }
    }

    synchronized void add(Severity severity, String subject, String message, @Nullable String hint) {
        counts[severity.ordinal()]++;
        List<Finding> same = kept.get(severity);
        if (same.size() < VerificationReport.MAX_FINDINGS) {
            same.add(new Finding(severity, subject, message, Optional.ofNullable(hint)));
        }
    }

    void error(String subject, String message, @Nullable String hint) {
        add(Severity.ERROR, subject, message, hint);
    }

    void warning(String subject, String message, @Nullable String hint) {
        add(Severity.WARNING, subject, message, hint);
    }

    void note(String subject, String message, @Nullable String hint) {
        add(Severity.NOTE, subject, message, hint);
    }

    /** Returns what was kept, the worst first, in order of the subjects. */
    synchronized List<Finding> findings() {
        return Arrays.stream(Severity.values())
                .flatMap(severity -> kept.get(severity).stream().sorted(Comparator.comparing(Finding::subject)))
                .toList();
    }

    synchronized VerificationReport.FindingCounts counts() {
        return new VerificationReport.FindingCounts(
                counts[Severity.ERROR.ordinal()], counts[Severity.WARNING.ordinal()], counts[Severity.NOTE.ordinal()]);
    }
}
