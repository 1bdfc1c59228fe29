package org.walarchive.core.tar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;

/** Restores any bytes as a tar partition, into a directory in memory. */
public final class ExtractionFuzz {

    /** Beside the target lies what nothing may touch. */
    private static final Path PLACE = place();

    private static final Path TARGET = PLACE.resolve("target");
    private static final Path NEIGHBOUR = PLACE.resolve("neighbour");
    private static final String SECRET = "untouched";

    private ExtractionFuzz() {}

    private static Path place() {
        Path memory = Path.of("/dev/shm");
        try {
            Path place = Files.isDirectory(memory)
                    ? Files.createTempDirectory(memory, "walarchive-fuzz")
                    : Files.createTempDirectory("walarchive-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> clear(place)));
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Restores the input; whatever is in it, nothing beside the target changes, and a failed archive leaves no file. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException, LocalFileException {
        clear(TARGET);
        Files.createDirectory(TARGET);
        Files.writeString(NEIGHBOUR, SECRET);
        byte[] tar = TarImage.withChecksums(input);
        RestoreTree tree =
                RestoreTree.into(TARGET, RestoreOptions.cluster().completeness(RestoreOptions.Completeness.ANY_TREE));
        boolean extracted = false;
        try {
            tree.extract("a", new ByteArrayInputStream(tar));
            extracted = true;
            tree.finish();
        } catch (CorruptArchiveException e) {
            requireEmptied(extracted);
        } catch (LocalFileException e) {
            // a name that is too long for the file system, say
        }
        try (Stream<Path> there = Files.list(PLACE)) {
            List<Path> expected = List.of(NEIGHBOUR, TARGET);
            if (!there.sorted().toList().equals(expected)
                    || !Files.readString(NEIGHBOUR).equals(SECRET)) {
                throw new AssertionError("something beside the target was changed");
            }
        }
    }

    private static void requireEmptied(boolean extracted) throws IOException {
        if (extracted) {
            return;
        }
        try (Stream<Path> there = Files.walk(TARGET)) {
            if (there.anyMatch(path -> !Files.isDirectory(path))) {
                throw new AssertionError("a file was left");
            }
        }
    }

    private static void clear(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> there = Files.walk(directory)) {
            for (Path path : there.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
