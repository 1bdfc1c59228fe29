package org.walarchive.core.drill;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.walarchive.LocalFileException;

/** The end of what a server wrote to its log. */
final class ServerLog {

    private static final int LINES = 30;
    private static final int BYTES = 16 * 1024;

    private ServerLog() {}

    /** Returns the last lines; none if there is no log. */
    static List<String> tail(Path log) {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long begin = Math.max(0, file.length() - BYTES);
            byte[] bytes = new byte[(int) (file.length() - begin)];
            file.seek(begin);
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
        } catch (IOException e) {
            return List.of("the log cannot be read: " + e);
        }
    }

    /** Tells whether a line of the log has a text. */
    static boolean contains(Path log, String text) throws LocalFileException {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains(text));
        } catch (IOException e) {
            throw new LocalFileException("the server's log " + log + " cannot be read", e.toString(), null, e);
        }
    }

    /** Returns the last complaint that ended the server, without its time: none that only turns a client away meanwhile. */
    static Optional<String> lastComplaint(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:") || line.contains("ERROR:"))
                .map(line -> line.replaceFirst("^.*?(FATAL|PANIC|ERROR): +", ""))
                .filter(text -> !text.startsWith("the database system is "))
                .reduce((first, last) -> last);
    }
}
