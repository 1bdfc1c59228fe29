package org.walarchive.core.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.walarchive.LocalFileException;

/** A directory that nobody else can enter, for one file, which goes with it. */
final class ScratchDirectory implements AutoCloseable {

    private final Path file;

    private ScratchDirectory(Path file) {
        this.file = file;
    }

    static ScratchDirectory of(String fileName) throws LocalFileException {
        try {
            return new ScratchDirectory(
                    Files.createTempDirectory("walarchive-check").resolve(fileName));
        } catch (IOException e) {
            throw new LocalFileException(
                    "cannot make a directory for " + fileName,
                    e.toString(),
                    "Is the directory for temporary files (TMPDIR) there, with space in it, and may this user write into it?",
                    e);
        }
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws LocalFileException {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(""));
        } catch (IOException e) {
            throw new LocalFileException("cannot delete " + file, e.toString(), "Delete it.", e);
        }
    }
}
