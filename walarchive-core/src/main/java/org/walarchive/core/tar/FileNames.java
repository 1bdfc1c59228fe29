package org.walarchive.core.tar;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.walarchive.LocalFileException;

/**
 * File names as text and back, without loss. A tar archive has names in UTF-8; a JVM started in another locale reads and
 * writes other bytes than the ones in the archive, and must not.
 */
final class FileNames {

    private static final String HINT =
            "Run with a UTF-8 locale, such as LC_ALL=C.UTF-8; rename files whose names are not UTF-8.";

    private final Charset charset;

    FileNames(Charset charset) {
        this.charset = charset;
    }

    /** Returns the names of this JVM's file systems. */
    static FileNames ofThisProcess() {
        String name = System.getProperty("sun.jnu.encoding", "");
        return new FileNames(Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII);
    }

    /**
     * Returns the text of a name or of a link.
     *
     * @param path a name as the file system gave it
     * @param where the directory it is in, for the message
     * @throws LocalFileException if the text is not the name
     */
    String text(Path path, Path where) throws LocalFileException {
        String text = path.toString();
        // what cannot be decoded becomes U+FFFD, so ASCII text is the name in any locale
        if (isAscii(text)
                || charset.equals(StandardCharsets.UTF_8)
                        && path.getFileSystem().getPath(text).equals(path)) {
            return text;
        }
        throw new LocalFileException(
                "directory '" + where + "' has a file name that cannot be stored: '" + text + "'",
                "the name is not UTF-8, or the locale is not: it has " + charset,
                HINT);
    }

    /**
     * Returns the path of a name below a directory.
     *
     * @param name relative, checked by the caller
     * @throws LocalFileException if the path's bytes would not be the name's
     */
    Path resolve(Path directory, String name) throws LocalFileException {
        if (isAscii(name) || charset.equals(StandardCharsets.UTF_8)) {
            try {
                return directory.resolve(name);
            } catch (InvalidPathException e) {
                throw new LocalFileException(
                        "file name '" + name + "' cannot be made in '" + directory + "'", e.getReason(), HINT, e);
            }
        }
        throw new LocalFileException(
                "file name '" + name + "' cannot be made in '" + directory + "'",
                "the locale has " + charset + " for file names",
                HINT);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
