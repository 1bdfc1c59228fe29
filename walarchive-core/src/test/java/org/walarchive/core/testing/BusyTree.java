package org.walarchive.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.Stream;

/** Directory trees in which somebody may still be at work: files come and go while they are looked at. */
public final class BusyTree {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private BusyTree() {}

    /** Looks at all paths of a tree, again if one went meanwhile. */
    public static <T> T look(Path root, Function<Stream<Path>, T> look) {
        while (true) {
            try (Stream<Path> paths = Files.walk(root)) {
                return look.apply(paths);
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Deletes a tree, when whoever is at work in it has ended: what works beside recovery may write and delete a while longer. */
    public static void delete(Path root) {
        Await.until(root + " is deleted", PATIENCE, () -> isDeleted(root));
    }

    private static boolean isDeleted(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return false;
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
