package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.walarchive.core.testing.OrdinaryUser;

/** A file system of a few megabytes, in memory, which only root can make. */
final class SmallDisk implements AutoCloseable {

    private static final String FILLER = ".filler";
    private static final int INODES = 64;

    /** Where there is no limit, none can be set later. */
    private static final int MANY_INODES = 100_000;

    private final Path directory;

    /** Mounts one over a directory, which is made. */
    SmallDisk(Path directory, int megabytes) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + megabytes + "m", "tmpfs", directory.toString());
        OrdinaryUser.give(directory);
    }

    /** Tells whether this process may. */
    static boolean canBeMade() {
        try {
            Path probe = Files.createTempDirectory("walmount");
            boolean made = status("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe.toString()) == 0;
            if (made) {
                run("umount", probe.toString());
            }
            Files.delete(probe);
            return made;
        } catch (IOException e) {
            return false;
        }
    }

    /** Leaves a number of bytes free. */
    void fillBut(long bytes) {
        try {
            Files.deleteIfExists(filler());
            long free = Files.getFileStore(directory).getUsableSpace();
            Files.write(filler(), new byte[(int) Math.max(0, free - bytes)]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves room, and so many inodes. */
    void leaveInodes(int count) {
        run("mount", "-o", "remount,rw,size=300m,nr_inodes=" + INODES, directory.toString());
        try {
            List<Path> fillers = new ArrayList<>();
            while (true) {
                Path filler = directory.resolve(FILLER + fillers.size());
                try {
                    if (Files.notExists(filler)) {
                        Files.createFile(filler);
                    }
                } catch (FileSystemException e) {
                    break;
                }
                fillers.add(filler);
            }
            for (Path filler : fillers.subList(fillers.size() - count, fillers.size())) {
                Files.delete(filler);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes room, and lets it be written to. */
    void makeRoom() {
        run("mount", "-o", "remount,rw,size=300m,nr_inodes=" + MANY_INODES, directory.toString());
        try (DirectoryStream<Path> fillers = Files.newDirectoryStream(directory, FILLER + "*")) {
            for (Path filler : fillers) {
                Files.delete(filler);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void makeReadOnly() {
        run("mount", "-o", "remount,ro", directory.toString());
    }

    private Path filler() {
        return directory.resolve(FILLER);
    }

    private static void run(String... command) {
        int status = status(command);
        if (status != 0) {
            throw new IllegalStateException(List.of(command) + " ended with " + status);
        }
    }

    private static int status(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return 127;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        run("umount", directory.toString());
    }
}
