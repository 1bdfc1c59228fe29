package org.walarchive.cli.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call of the kernel that had success, as {@code strace -f -y} writes it.
 *
 * @param name such as {@code openat}
 * @param arguments all of them, in one text
 * @param paths what they name, absolute: the path itself, or that of a descriptor
 * @param result the first number of the result
 */
record SystemCall(String name, String arguments, List<Path> paths, long result) {

    private static final Pattern LINE = Pattern.compile("(?:\\d+ +)?(\\w+)\\((.*)\\) += (-?\\d+)(?:<(.*)>)?.*");

    /** {@code 7</dir>, "name"} or {@code AT_FDCWD</dir>, "name"}; {@code 7</file>}; {@code "name"}. */
    private static final Pattern PATH = Pattern.compile(
            "(?:(?:\\d+|AT_FDCWD)<(?<directory>/[^>]*)>, )?\"(?<name>[^\"]*)\"(?!\\.\\.\\.)|\\d+<(?<file>/[^>]*)>");

    /** Reads a line, unless it tells of something else. */
    static Optional<SystemCall> parse(String line, Path workingDirectory) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String arguments = matcher.group(2);
        List<Path> paths = PATH.matcher(arguments)
                .results()
                .map(found -> path(PATH.matcher(found.group()), workingDirectory))
                .toList();
        return Optional.of(new SystemCall(matcher.group(1), arguments, paths, Long.parseLong(matcher.group(3))));
    }

    private static Path path(Matcher found, Path workingDirectory) {
        if (!found.matches()) {
            throw new IllegalArgumentException("not a path: " + found);
        }
        if (found.group("file") != null) {
            return Path.of(found.group("file"));
        }
        String directory = found.group("directory");
        return (directory == null ? workingDirectory : Path.of(directory))
                .resolve(found.group("name"))
                .normalize();
    }

    /** Tells whether it may have made a file or a directory. */
    boolean creates() {
        return isOpen() && arguments.contains("O_CREAT") || name.equals("creat") || name.startsWith("mkdir");
    }

    boolean isOpen() {
        return name.startsWith("open");
    }

    /** The rights it asks for, before the umask is applied: its last argument. */
    int mode() {
        return Integer.parseInt(arguments.substring(arguments.lastIndexOf(' ') + 1), 8);
    }

    /** The path that it acts on; that of the thing made, for a call with two. */
    Path path() {
        return paths.get(paths.size() - 1);
    }
}
