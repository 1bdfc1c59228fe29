package org.walarchive.cli.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call of the kernel that can be made to fail.
 *
 * @param call its name
 * @param number which of the calls of this name it is in its thread, from 1 on: so {@code strace} counts them
 * @param error what it fails with
 */
record FaultPoint(String call, int number, String error) {

    private static final List<String> READING = List.of("read", "pread64", "readv", "getdents64");

    private static final List<String> WRITING = List.of(
            "openat",
            "mkdir",
            "mkdirat",
            "rename",
            "renameat",
            "renameat2",
            "link",
            "linkat",
            "symlink",
            "symlinkat",
            "unlink",
            "unlinkat",
            "rmdir",
            "fsync",
            "fdatasync",
            "truncate",
            "ftruncate",
            "fallocate",
            "write",
            "pwrite64",
            "writev",
            "pwritev",
            "sendfile",
            "copy_file_range",
            "chmod",
            "fchmod",
            "fchmodat",
            "utimensat",
            "chown",
            "fchown",
            "lchown",
            "fchownat");

    private static final String BROKEN = "EIO";

    /** What a disk says that is full, over quota, read-only or broken. */
    private static final List<String> ERRORS = List.of("ENOSPC", "EDQUOT", "EROFS", BROKEN);

    /** A call that is begun. */
    private static final Pattern BEGUN = Pattern.compile("(\\d+) +(\\w+)\\((.*)");

    private static final Pattern TO_STANDARD_ERROR = Pattern.compile(" writev?\\(2<");

    /** All that can fail, as options of {@code strace} that let it be. */
    static List<String> recording() {
        return List.of("-e", "trace=" + String.join(",", READING) + "," + String.join(",", WRITING));
    }

    /** The options that make it fail. */
    List<String> injection() {
        return List.of("-e", "trace=" + call, "-e", "inject=" + call + ":error=" + error + ":when=" + number);
    }

    /** Returns every way to let a call fail that has to do with what lies below a directory. */
    static List<FaultPoint> in(Path record, Path below) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        Set<FaultPoint> points = new LinkedHashSet<>();
        for (String line : Files.readAllLines(record, StandardCharsets.ISO_8859_1)) {
            Matcher matcher = BEGUN.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            String call = matcher.group(2);
            int number = counts.merge(matcher.group(1) + " " + call, 1, Integer::sum);
            if (isBelow(matcher.group(3), below)) {
                errors(call, matcher.group(3)).forEach(error -> points.add(new FaultPoint(call, number, error)));
            }
        }
        return List.copyOf(points);
    }

    private static List<String> errors(String call, String arguments) {
        boolean reads = READING.contains(call)
                || call.equals("openat") && !arguments.contains("O_WRONLY") && !arguments.contains("O_RDWR");
        return reads ? List.of(BROKEN) : ERRORS;
    }

    private static boolean isBelow(String text, Path directory) {
        return text.contains(directory + "/") || text.contains(directory + ">") || text.contains(directory + "\"");
    }

    /** Returns the calls below a directory that were made to fail. */
    static List<String> injected(Path record, Path below) throws IOException {
        return injected(record).stream().filter(line -> isBelow(line, below)).toList();
    }

    /**
     * Tells whether a write to the standard error was made to fail as well: each thread counts its own calls, and the one that writes the
     * log comes to the same number. No command can say anything then.
     */
    static boolean tookWords(Path record) throws IOException {
        return injected(record).stream()
                .anyMatch(line -> TO_STANDARD_ERROR.matcher(line).find());
    }

    static List<String> injected(Path record) throws IOException {
        if (!Files.exists(record)) {
            return List.of();
        }
        return Files.readAllLines(record, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.endsWith("(INJECTED)"))
                .toList();
    }

    /** Tells whether the fault may keep a command from removing what it made. */
    boolean hindersRemoval() {
        return call.startsWith("unlink") || call.equals("rmdir") || READING.contains(call) || call.equals("openat");
    }

    @Override
    public String toString() {
        return call + " " + number + " " + error;
    }
}
