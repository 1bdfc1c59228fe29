package org.walarchive.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;

/**
 * Reads a file that must have the same length at the end as at the beginning. A file of ours never changes; one of WAL-E,
 * which writes in place, may be read while it grows.
 */
final class FileContentStream extends InputStream {

    /** Java keeps a buffer off the heap, as large as the largest read, for each thread. */
    private static final int LARGEST_READ = 1 << 18;

    private final FileTree tree;
    private final String key;
    private final FileChannel channel;
    private final long size;
    private long position;

    FileContentStream(FileTree tree, String key, FileChannel channel) throws IOException {
        this.tree = tree;
        this.key = key;
        this.channel = channel;
        this.size = channel.size();
    }

    long size() {
        return size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int n;
        try {
            n = channel.read(ByteBuffer.wrap(target, offset, Math.min(length, LARGEST_READ)));
        } catch (IOException e) {
            throw FileErrors.translate("cannot read " + key + " in " + tree, tree.root(), e);
        }
        position += Math.max(n, 0);
        if (n < 0 ? position != size : position > size) {
            throw new StoreException(
                    Kind.CORRUPT,
                    key + " in " + tree + " changed while it was read: it had " + size + " bytes, now "
                            + channel.size());
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
