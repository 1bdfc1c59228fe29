package org.walarchive.core.wal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that becomes another one when it is complete. Its name carries the process that writes it, so that the next one
 * can remove what a killed process left.
 */
final class TemporaryFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFile.class);

    private static final String PREFIX = ".walarchive-";
    private static final String SUFFIX = ".tmp";

    private static final Set<? extends OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final Path target;
    private final FileChannel channel;

    private TemporaryFile(Path path, Path target, FileChannel channel) {
        this.path = path;
        this.target = target;
        this.channel = channel;
    }

    /** Makes one beside the target. */
    static TemporaryFile beside(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new IOException(target + " is not a file");
        }
        sweep(directory);
        Path path = directory.resolve(PREFIX + ProcessHandle.current().pid() + "-"
                + Long.toHexString(ThreadLocalRandom.current().nextLong()) + SUFFIX);
        return new TemporaryFile(path, absolute, FileChannel.open(path, NEW, OWNER_ONLY));
    }

    /** Removes what processes left that are no more. */
    private static void sweep(Path directory) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path path : found) {
                String name = path.getFileName().toString();
                int dash = name.indexOf('-', PREFIX.length());
                if (dash > 0 && isGone(name.substring(PREFIX.length(), dash))) {
                    LOG.info("{} was left by a process that ended, and is deleted", path);
                    Files.deleteIfExists(path);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static boolean isGone(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** What is written to. */
    FileChannel channel() {
        return channel;
    }

    /** Makes the content durable and gives it the target's name, in place of what had it. */
    void publish() throws IOException {
        channel.force(true);
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(target.resolveSibling(""), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /** Deletes the file unless it was published. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
