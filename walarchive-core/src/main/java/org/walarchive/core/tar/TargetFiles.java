package org.walarchive.core.tar;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.walarchive.LocalFileException;

/**
 * Writes the files of one archive. They are forced to disk in batches, through the descriptors they were written with: a
 * failure of a write in the background is reported there and perhaps nowhere else, and one commit of the file system's
 * journal serves a batch.
 */
final class TargetFiles implements Closeable {

    private static final int BATCH = 64;
    /** Kernels with large folios in the page cache take several times as long to write a gigabyte in larger pieces. */
    private static final int BUFFER_BYTES = 32 * 1024;

    private static final byte[] ZEROS = new byte[BUFFER_BYTES];

    private final TargetOwners owners;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final List<Written> batch = new ArrayList<>();
    private final List<Path> created = new ArrayList<>();

    private record Written(Path path, FileChannel channel) {}

    TargetFiles(TargetOwners owners) {
        this.owners = owners;
    }

    /** Content to be written: as {@link java.io.InputStream#read(byte[], int, int)}. */
    interface Content {
        int read(byte[] target, int offset, int length) throws IOException;
    }

    /**
     * Writes a new file.
     *
     * @throws LocalFileException if it cannot be written, or is there
     * @throws IOException if the content cannot be read
     */
    long write(Path path, MemberAttributes attributes, Content content) throws LocalFileException, IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
        created.add(path);
        batch.add(new Written(path, channel));
        long size = writeContent(path, channel, content);
        try {
            owners.apply(path, attributes);
            Files.setLastModifiedTime(path, attributes.modified());
            Files.setAttribute(path, "unix:mode", attributes.mode() & 0777);
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
        if (batch.size() >= BATCH) {
            force();
        }
        return size;
    }

    /** Zeros at the end become a hole: a relation that was extended for later has many. Zeros within are written. */
    private long writeContent(Path path, FileChannel channel, Content content) throws LocalFileException, IOException {
        long size = 0;
        long written = 0;
        int n;
        do {
            n = fill(content);
            size += n;
            if (!isZero(n)) {
                for (; written < size - n; written += buffer.length) {
                    writeFully(path, channel, ByteBuffer.wrap(ZEROS));
                }
                writeFully(path, channel, ByteBuffer.wrap(buffer, 0, n));
                written = size;
            }
        } while (n == buffer.length);
        if (written < size) {
            writeLastByte(path, channel, size);
        }
        return size;
    }

    private boolean isZero(int length) {
        return Arrays.equals(buffer, 0, length, ZEROS, 0, length);
    }

    private static void writeLastByte(Path path, FileChannel channel, long size) throws LocalFileException {
        try {
            channel.position(size - 1);
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
        writeFully(path, channel, ByteBuffer.wrap(ZEROS, 0, 1));
    }

    /** Whole pages are written, wherever the pieces end that the content comes in: half a page costs the kernel twice. */
    private int fill(Content content) throws IOException {
        int filled = 0;
        while (filled < buffer.length) {
            int n = content.read(buffer, filled, buffer.length - filled);
            if (n < 0) {
                break;
            }
            filled += n;
        }
        return filled;
    }

    private static void writeFully(Path path, FileChannel channel, ByteBuffer bytes) throws LocalFileException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw LocalFailure.writing(path, e);
        }
    }

    /** Makes all that was written durable. */
    void force() throws LocalFileException {
        for (Written file : batch) {
            try (FileChannel channel = file.channel()) {
                channel.force(true);
            } catch (IOException e) {
                throw LocalFailure.writing(file.path(), e);
            }
        }
        batch.clear();
    }

    /** Removes all that was written. */
    void takeBack() {
        for (Path path : created) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // there is a failure to report already; another attempt will find the file in its way
            }
        }
        created.clear();
    }

    @Override
    public void close() throws IOException {
        for (Written file : batch) {
            file.channel().close();
        }
    }
}
