package org.walarchive.core.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.ConfigurationException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.BlockStream;
import org.walarchive.core.codec.CorruptStreamException;
import org.walarchive.core.codec.MissingLibraryException;
import org.walarchive.core.openpgp.DecryptionException;
import org.walarchive.core.server.WalPageHeader;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalFileName;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.store.BlobStore;
import org.walarchive.store.StoreException;

/** The object of a WAL file, open to be copied into a local file and held against the file's name and the archive's cluster. */
public final class WalDownload implements AutoCloseable {

    /** Whole pages, and few: kernels with large folios in the page cache take several times as long for larger pieces. */
    private static final int BUFFER_BYTES = 32 * 1024;

    private final ArchiveStore archive;
    private final WalFileName name;
    private final WalObjects.Found found;
    private final InputStream content;

    private WalDownload(ArchiveStore archive, WalFileName name, WalObjects.Found found) {
        this.archive = archive;
        this.name = name;
        this.found = found;
        this.content = archive.plain(found.codec(), found.content().stream());
    }

    /**
     * Opens a file's object.
     *
     * @param store the archive's store, with or without retry
     * @return empty if the store was read and has no object for the file
     * @throws CorruptArchiveException if it has one that this version cannot decompress
     */
    public static Optional<WalDownload> open(ArchiveStore archive, BlobStore store, WalFileName name)
            throws StoreException, ArchiveException {
        return new WalObjects(archive, store).open(name).map(found -> new WalDownload(archive, name, found));
    }

    /**
     * Reads the first byte, for which the key and the library must be there.
     *
     * @param doing what it is read for: lower case, no full stop
     * @throws ConfigurationException if a key or a library lacks here
     * @throws CorruptStreamException if the object is damaged there
     * @throws IOException if the store cannot be read
     */
    public void requireReadable(String doing) throws IOException, ConfigurationException {
        try {
            content.read();
        } catch (DecryptionException | MissingLibraryException e) {
            throw e.of(doing, archive.locate(found.key()));
        }
    }

    /**
     * Copies the file to the end of a channel. Nothing is synced.
     *
     * @param cluster the archive's cluster, where it is known
     * @return the file's first {@link WalPageHeader#LENGTH} bytes, or all if it is shorter
     * @throws CorruptArchiveException if the object is damaged, or holds something else than its name says
     * @throws IOException if the channel cannot be written, or the store cannot be read
     */
    public byte[] copyTo(FileChannel channel, Optional<SystemIdentifier> cluster) throws IOException, ArchiveException {
        byte[] head = new byte[0];
        long length = 0;
        long longest = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            int n;
            do {
                n = BlockStream.fill(content, buffer, 0);
                if (head.length < WalPageHeader.LENGTH) {
                    head = append(head, buffer, n);
                    longest = longest(head);
                }
                length += n;
                if (length > longest) {
                    throw new WalContentCheck.Mismatch("It is longer than any file of its kind, or than it says.");
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } while (n == buffer.length);
            requireCluster(cluster, WalContentCheck.check(name, head, length));
            return head;
        } catch (DecryptionException | MissingLibraryException e) {
            throw e.of("fetch of " + name, archive.locate(found.key()));
        } catch (CorruptStreamException | WalContentCheck.Mismatch e) {
            throw new CorruptArchiveException(
                    "WAL file " + name + " is damaged in the archive",
                    archive.locate(found.key()) + ": " + e.getMessage(),
                    "Nothing was delivered. Recovery cannot go past this file; is there another copy, on a standby or in"
                            + " the old server's pg_wal?",
                    e);
        }
    }

    private static byte[] append(byte[] head, byte[] buffer, int n) {
        int wanted = Math.min(WalPageHeader.LENGTH - head.length, n);
        byte[] longer = Arrays.copyOf(head, head.length + wanted);
        System.arraycopy(buffer, 0, longer, head.length, wanted);
        return longer;
    }

    /** A segment says itself how long it is; what does not is refused in the end, and need not be large. */
    private long longest(byte[] head) {
        boolean segment = name.kind() == WalFileName.Kind.SEGMENT || name.kind() == WalFileName.Kind.PARTIAL;
        Optional<WalPageHeader> header = segment ? WalPageHeader.parse(head) : Optional.empty();
        Optional<WalSegmentSize> size = header.isPresent() ? header.get().walSegmentSize() : Optional.empty();
        return size.isPresent() ? size.get().bytes() : WalSegmentSize.DEFAULT.bytes();
    }

    private static void requireCluster(Optional<SystemIdentifier> archived, Optional<SystemIdentifier> found)
            throws WalContentCheck.Mismatch {
        if (archived.isPresent() && found.isPresent() && !archived.equals(found)) {
            throw new WalContentCheck.Mismatch(
                    "It is of cluster " + found.get() + ", and the archive of cluster " + archived.get() + ".");
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }
}
