package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.postgres.WalFileName;

/**
 * Directories that a process makes for a moment and a kill leaves behind: {@code NAME.PID}, into which the agent fetches for a launcher, and
 * {@code .waPID}, in which a socket is made.
 */
final class AbandonedDirectories {

    private static final Logger LOG = LoggerFactory.getLogger(AbandonedDirectories.class);

    /**
     * None is in use for so long: a launcher waits for the agent 999 s at the most. So one whose process cannot be seen from here, such as
     * from another container, is safe as well.
     */
    static final Duration LONGEST_USE = Duration.ofMinutes(20);

    /** By how much a process's start, which the kernel counts from its boot, may be told too late. */
    private static final Duration INEXACT = Duration.ofMinutes(1);

    private static final Pattern NAME = Pattern.compile("(?:(.+)\\.|\\.wa)([1-9][0-9]{0,9})");

    private final Path directory;
    private final InstantSource clock;

    AbandonedDirectories(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Removes them.
     *
     * @return how many
     */
    int sweep() {
        int removed = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Optional<Long> maker = maker(String.valueOf(entry.getFileName()));
                if (maker.isPresent() && isAbandoned(entry, maker.get()) && remove(entry)) {
                    removed++;
                }
            }
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("{} cannot be swept: {}", directory, e.toString());
        }
        return removed;
    }

    /** Returns the process that a directory is named after. */
    private static Optional<Long> maker(String name) {
        Matcher matcher = NAME.matcher(name);
        boolean ours = matcher.matches()
                && (matcher.group(1) == null
                        || WalFileName.recognise(matcher.group(1)).isPresent());
        return ours ? Optional.of(Long.valueOf(matcher.group(2))) : Optional.empty();
    }

    private boolean isAbandoned(Path made, long process) throws IOException {
        if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Instant used = lastUse(made);
        if (used.plus(LONGEST_USE).isAfter(clock.instant())) {
            return false;
        }
        // A number is given again: whoever began after the last use is somebody else.
        return ProcessHandle.of(process)
                .map(now -> now.info()
                        .startInstant()
                        .filter(start -> start.isAfter(used.plus(INEXACT)))
                        .isPresent())
                .orElse(true);
    }

    private static Instant lastUse(Path made) throws IOException {
        Instant last =
                Files.getLastModifiedTime(made, LinkOption.NOFOLLOW_LINKS).toInstant();
        for (Path file : files(made)) {
            Instant written =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
            last = written.isAfter(last) ? written : last;
        }
        return last;
    }

    private static List<Path> files(Path made) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(made)) {
            entries.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    private static boolean remove(Path made) {
        try {
            for (Path file : files(made)) {
                Files.deleteIfExists(file);
            }
            LOG.info("{} was left behind by a process that was killed, and is removed", made);
            return Files.deleteIfExists(made);
        } catch (IOException e) {
            LOG.debug("{} cannot be removed: {}", made, e.toString());
            return false;
        }
    }
}
