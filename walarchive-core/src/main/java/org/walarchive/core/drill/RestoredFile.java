package org.walarchive.core.drill;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.walarchive.LocalFileException;

/** A text in a restored directory, which has whatever the archive had: it may be of any length, or a link to anywhere. */
final class RestoredFile {

    private static final int MOST_BYTES = 4 << 20;

    private RestoredFile() {}

    /**
     * Reads a text.
     *
     * @throws LocalFileException if it cannot be read, is a link, or is longer than any such file of a server
     */
    static String read(Path file) throws LocalFileException {
        try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw unreadable(file, "it is longer than " + MOST_BYTES + " bytes", null);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(file, e.toString(), e);
        }
    }

    static LocalFileException unreadable(Path file, String why, @Nullable Throwable cause) {
        return new LocalFileException(
                "the restored " + file.getFileName() + " cannot be read", file + ": " + why, null, cause);
    }
}
