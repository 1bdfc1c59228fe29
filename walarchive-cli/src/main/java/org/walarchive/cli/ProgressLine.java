package org.walarchive.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.walarchive.Progress;

/** How far it is, in a line for people. */
final class ProgressLine {

    private static final int NARROWEST_BAR = 8;
    private static final int WIDEST_BAR = 20;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    private static final String GAP = "  ";

    private ProgressLine() {}

    /** Returns a line in ASCII that is no longer than the width: what is less important is left out first. */
    static String of(Progress progress, Tempo tempo, int width) {
        String elapsed = clock(tempo.elapsed().toSeconds());
        String head = label(progress.phase()) + percent(progress);
        List<String> tail = new ArrayList<>();
        tail.add(amount(progress));
        tail.add(
                tempo.bytesPerSecond().isPresent() && hasBytes(progress.phase())
                        ? size(tempo.bytesPerSecond().getAsLong()) + "/s"
                        : "");
        tail.add(
                tempo.remaining().isPresent() ? "ETA " + clock(tempo.remaining().getAsLong()) : "");
        // the amount goes last but one, the time that remains last
        for (int leftOut = 0; leftOut <= 4; leftOut++) {
            String line = (leftOut >= 1 ? "" : elapsed + GAP) + head;
            String rest = (leftOut >= 3 ? "" : part(tail.get(0)))
                    + (leftOut >= 2 ? "" : part(tail.get(1)))
                    + (leftOut >= 4 ? "" : part(tail.get(2)));
            if (line.length() + rest.length() <= width) {
                return line + bar(progress, width - line.length() - rest.length()) + rest;
            }
        }
        return head.substring(0, Math.max(0, Math.min(head.length(), width)));
    }

    private static String part(String text) {
        return text.isEmpty() ? "" : GAP + text;
    }

    private static String label(Progress.Phase phase) {
        return switch (phase) {
            case LIST -> "listing the archive";
            case SEND -> "sending";
            case AWAIT_WAL -> "waiting for the WAL";
            case FETCH -> "restoring";
            case REPLAY -> "replaying WAL";
            case VERIFY -> "verifying";
        };
    }

    private static boolean hasBytes(Progress.Phase phase) {
        return switch (phase) {
            case SEND, FETCH, VERIFY -> true;
            case LIST, AWAIT_WAL, REPLAY -> false;
        };
    }

    private static String percent(Progress progress) {
        OptionalLong total = progress.totalBytes();
        return total.isEmpty() ? "" : String.format(Locale.ROOT, " %3d%%", (int) Math.floor(fraction(progress) * 100));
    }

    private static double fraction(Progress progress) {
        long total = progress.totalBytes().orElse(0);
        return total == 0 ? 1 : (double) progress.bytes() / total;
    }

    private static String bar(Progress progress, int room) {
        int inside = Math.min(WIDEST_BAR, room - 3);
        if (progress.totalBytes().isEmpty() || inside < NARROWEST_BAR) {
            return "";
        }
        int done = (int) Math.floor(fraction(progress) * inside);
        return " [" + "=".repeat(done) + " ".repeat(inside - done) + "]";
    }

    private static String amount(Progress progress) {
        if (hasBytes(progress.phase())) {
            String done = size(progress.bytes());
            return progress.totalBytes().isEmpty()
                    ? done
                    : done + " of " + size(progress.totalBytes().getAsLong());
        }
        if (progress.totalItems().isPresent()) {
            return progress.items() + " of "
                    + VerifyTable.number(progress.totalItems().getAsLong(), "segment");
        }
        return progress.items() == 0 ? "" : VerifyTable.number(progress.items(), "segment");
    }

    /** Returns a size with three digits or so. */
    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** Returns a time as minutes and seconds, with hours where there are any. */
    static String clock(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
