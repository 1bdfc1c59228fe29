package org.walarchive.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.StoreException;

/** The temporary file of one put. Its lock, held while it is open, tells other processes that it is no litter. */
final class StagedFile implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StagedFile.class);

    private final FileTree tree;
    private final String key;
    private final Path path;
    private final FileChannel channel;
    private boolean moved;

    StagedFile(FileTree tree, String key, Path path, FileChannel channel) {
        this.tree = tree;
        this.key = key;
        this.path = path;
        this.channel = channel;
    }

    Path path() {
        return path;
    }

    void write(byte[] bytes, int length) throws StoreException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw failure("cannot write", e);
        }
    }

    /** Makes the content durable. A failed sync must not be repeated: the second one may succeed without the data. */
    void sync() throws StoreException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw failure("cannot sync", e);
        }
    }

    /** Tells that the file has its final name and no temporary one any more. */
    void moved() {
        moved = true;
    }

    private StoreException failure(String action, IOException e) {
        return FileErrors.translate(action + " " + key + " in " + tree, tree.root(), e);
    }

    /** Removes the temporary name; a failure to do so leaves litter and fails nothing. */
    @Override
    public void close() {
        try (channel) {
            if (!moved) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            log.debug("action=remove-temporary key={} file={} state=failed", key, path, e);
        }
    }
}
