package org.walarchive.core.drill;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.ConfigurationException;

/** Finds the programs of a release of PostgreSQL. */
final class ServerPrograms {

    private static final Pattern VERSION = Pattern.compile("(?:^PostgreSQL|\\(PostgreSQL\\)) ([0-9]{1,4})(\\.[0-9]+)?");

    /** Where packages put the programs of a release, whose number stands for {@code %s}. */
    private static final List<String> USUAL = List.of(
            "/usr/lib/postgresql/%s/bin",
            "/usr/pgsql-%s/bin",
            "/usr/libexec/postgresql%s",
            "/usr/lib/postgresql%s/bin",
            "/usr/local/pgsql-%s/bin",
            "/usr/local/pgsql/bin",
            "/opt/homebrew/opt/postgresql@%s/bin",
            "/usr/local/opt/postgresql@%s/bin",
            "/Library/PostgreSQL/%s/bin");

    private static final int ANSWER_SECONDS = 30;

    private final Optional<Path> given;
    private final List<Path> searched;

    /**
     * Prepares a search.
     *
     * @param given where to look and nowhere else
     * @param path the value of {@code PATH}
     */
    ServerPrograms(Optional<Path> given, String path) {
        this.given = given;
        this.searched = directories(path);
    }

    private static List<Path> directories(String path) {
        List<Path> directories = new ArrayList<>();
        for (String directory : path.split(File.pathSeparator)) {
            try {
                if (!directory.isEmpty()) {
                    directories.add(Path.of(directory));
                }
            } catch (InvalidPathException e) {
                continue; // the shell would find nothing there either
            }
        }
        return directories;
    }

    /** Returns the major release of a version number: {@code 17} of 170011, {@code 9.6} of 90624. */
    static String major(int versionNumber) {
        return versionNumber >= 100_000
                ? Integer.toString(versionNumber / 10_000)
                : versionNumber / 10_000 + "." + versionNumber / 100 % 100;
    }

    /** Returns the release that {@code postgres --version} or {@code version()} names. */
    static Optional<String> majorOfText(String text) {
        Matcher matcher = VERSION.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        boolean isOneNumber = Integer.parseInt(matcher.group(1)) >= 10 || matcher.group(2) == null;
        return Optional.of(isOneNumber ? matcher.group(1) : matcher.group(1) + matcher.group(2));
    }

    /**
     * Finds the program of the server.
     *
     * @param major the release
     * @throws ConfigurationException if it is not there, or of another release
     */
    Path postgres(String major) throws ConfigurationException, InterruptedException {
        if (given.isPresent()) {
            return given(given.get(), major);
        }
        Set<Path> candidates = new LinkedHashSet<>(searched);
        for (Path directory : searched) {
            bindir(directory).ifPresent(candidates::add);
        }
        USUAL.forEach(pattern -> candidates.add(Path.of(String.format(pattern, major))));
        for (Path directory : candidates) {
            Path postgres = directory.resolve("postgres");
            if (Files.isExecutable(postgres) && release(postgres).equals(Optional.of(major))) {
                return postgres.toAbsolutePath();
            }
        }
        throw new ConfigurationException(
                "no programs of PostgreSQL " + major + " found",
                "There is no \"postgres\" of that release in PATH, in what pg_config --bindir says, or in "
                        + String.format(String.join(", ", USUAL.subList(0, 2)), major, major) + " and the like.",
                "Install the server's package on this machine, or say where its programs are (--bin-dir).");
    }

    private static Path given(Path directory, String major) throws ConfigurationException, InterruptedException {
        Path postgres = directory.resolve("postgres").toAbsolutePath();
        Optional<String> release = Files.isExecutable(postgres) ? release(postgres) : Optional.empty();
        if (release.isEmpty()) {
            throw new ConfigurationException(
                    "there are no programs of PostgreSQL in " + directory,
                    postgres + " cannot be executed.",
                    "Name the directory that has \"postgres\", such as /usr/lib/postgresql/" + major + "/bin.");
        }
        if (!release.get().equals(major)) {
            throw new ConfigurationException(
                    "the programs in " + directory + " are of PostgreSQL " + release.get() + ", and the backup is of "
                            + major,
                    "A server reads the data directories of its own release only.",
                    "Name the programs of PostgreSQL " + major + ".");
        }
        return postgres;
    }

    private static Optional<String> release(Path postgres) throws InterruptedException {
        return run(postgres.toString(), "--version").flatMap(ServerPrograms::majorOfText);
    }

    private static Optional<Path> bindir(Path directory) throws InterruptedException {
        Path program = directory.resolve("pg_config");
        return Files.isExecutable(program)
                ? run(program.toString(), "--bindir").map(String::strip).map(Path::of)
                : Optional.empty();
    }

    /** Returns what a program prints; empty if it cannot be run. */
    private static Optional<String> run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    return Optional.empty();
                }
                return Optional.of(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
