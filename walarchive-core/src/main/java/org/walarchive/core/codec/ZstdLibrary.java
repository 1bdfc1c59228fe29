package org.walarchive.core.codec;

import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads zstd-jni's native code from a directory that nobody else can enter. By itself zstd-jni unpacks it with the rights that the umask leaves: where that
 * leaves all, anybody could replace what this process is about to run. A loaded file need not stay, so that a process that is killed leaves nothing either.
 */
final class ZstdLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(ZstdLibrary.class);

    private ZstdLibrary() {}

    /**
     * Loads the code, unless it is loaded.
     *
     * @throws LinkageError if there is none for this platform, or it cannot be unpacked
     */
    static synchronized void load() {
        if (Native.isLoaded()) {
            return;
        }
        Path directory;
        try {
            directory = Files.createTempDirectory("walarchive-zstd-");
        } catch (IOException e) {
            // Nor can zstd-jni unpack it there; it may be installed, and found without.
            LOG.debug("no directory for native code could be made: {}", e.toString());
            Native.load();
            return;
        }
        try {
            Native.load(directory.toFile());
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        } catch (IOException e) {
            LOG.debug("{} cannot be deleted: {}", directory, e.toString());
        }
    }
}
