package org.walarchive.cli.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.walarchive.core.testing.Await;

/**
 * What a process of Java holds at a moment, as Linux tells.
 *
 * @param residentKib memory, in KiB
 * @param liveHeapKib what of the heap was in use after a collection of all of it, in KiB
 * @param threads of the operating system
 * @param files descriptors, sockets among them
 * @param sockets descriptors that are sockets
 */
record Usage(long residentKib, long liveHeapKib, int threads, int files, int sockets) {

    private static final Pattern FULL_COLLECTION = Pattern.compile("Pause Full .*?\\d+M->(\\d+)M\\(");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Has a process collect its garbage, and measures it.
     *
     * @param collections where the process logs them, by {@code -Xlog:gc}
     * @param collect a command that has it collect all
     */
    static Usage of(ProcessHandle process, Path collections, List<String> collect) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            long before = FULL_COLLECTION.matcher(read(collections)).results().count();
            int failures = 0;
            // jcmd waits 10 s for the virtual machine
            while (run(collect) != 0 && failures < 5) {
                failures++;
            }
            Await.until(
                    "the collection is in " + collections,
                    PATIENCE,
                    () -> FULL_COLLECTION.matcher(read(collections)).results().count() > before);
            List<String> descriptors = descriptors(proc.resolve("fd"));
            return new Usage(
                    status(proc, "VmRSS"),
                    liveHeapKib(collections),
                    (int) status(proc, "Threads"),
                    descriptors.size(),
                    (int) descriptors.stream()
                            .filter(name -> name.startsWith("socket:"))
                            .count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static long status(Path proc, String field) throws IOException {
        return Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> descriptors(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(Usage::target).toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // it was closed meanwhile
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long liveHeapKib(Path collections) {
        Matcher matcher = FULL_COLLECTION.matcher(read(collections));
        long last = 0;
        while (matcher.find()) {
            last = Long.parseLong(matcher.group(1)) << 10;
        }
        return last;
    }
}
