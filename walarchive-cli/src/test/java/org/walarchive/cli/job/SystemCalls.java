package org.walarchive.cli.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Records what a command asks of the kernel to do with files. */
final class SystemCalls {

    private static final String WATCHED =
            "trace=open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
                    + "unlink,unlinkat,rmdir,fsync,fdatasync,truncate,ftruncate,fallocate,"
                    + "write,pwrite64,writev,pwritev,sendfile,copy_file_range,chmod,fchmod,fchmodat";

    private SystemCalls() {}

    /** Tells whether it can be done here: a container may forbid it. */
    static boolean canBeRecorded() {
        try {
            Process process = new ProcessBuilder("strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns the words to write before a command: only calls that had success are recorded, each when it is over. */
    static List<String> recording(Path log) {
        return List.of(
                "strace",
                "-f",
                "-y",
                "-z",
                "--seccomp-bpf",
                "-qq",
                "-s",
                "0",
                "-e",
                "signal=none",
                "-e",
                WATCHED,
                "-o",
                log.toString());
    }

    /** Reads a record, in the order in which the calls were over. */
    static List<SystemCall> read(Path log, Path workingDirectory) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.flatMap(line -> SystemCall.parse(line, workingDirectory).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
