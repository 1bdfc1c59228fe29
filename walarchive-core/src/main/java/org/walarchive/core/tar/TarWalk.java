package org.walarchive.core.tar;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.walarchive.CorruptArchiveException;

/** Reads a tar archive as strictly as a restore does, without writing anything. */
public final class TarWalk {

    /** A restore rewrites it, and so refuses a link in its place. */
    private static final String TABLESPACE_MAP = "tablespace_map";

    private TarWalk() {}

    /** Looks at what is in an archive. */
    @FunctionalInterface
    public interface Visitor {

        /**
         * Looks at a file.
         *
         * @param name its path, which stays below the data directory
         * @param sizeBytes its length
         * @param content its content; what is not read is passed over
         */
        void file(String name, long sizeBytes, InputStream content) throws IOException;
    }

    /**
     * What an archive had.
     *
     * @param members how many files, directories and links
     * @param contentBytes the sum of the files' sizes
     */
    public record Walked(int members, long contentBytes) {}

    /**
     * Reads an archive to its end.
     *
     * @param archive what it is called, for messages
     * @throws CorruptArchiveException if it is not whole, or has what no restore would extract
     * @throws IOException if the stream or the visitor fails
     */
    public static Walked walk(String archive, InputStream tar, Visitor visitor)
            throws IOException, CorruptArchiveException {
        return walk(archive, tar, TarDialect.STANDARD, visitor);
    }

    /** Does the same with an archive that another tool made. */
    public static Walked walk(String archive, InputStream tar, TarDialect dialect, Visitor visitor)
            throws IOException, CorruptArchiveException {
        TarReader reader = new TarReader(tar, dialect.end());
        int members = 0;
        long contentBytes = 0;
        try {
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                TarEntry entry = next.get();
                String name = dialect.nameOf(entry);
                if (dialect.superseded().contains(name)) {
                    continue;
                }
                requireExtractable(entry, name);
                if (entry.type() == TarEntry.Type.FILE) {
                    visitor.file(name, entry.sizeBytes(), new Content(reader));
                }
                members++;
                contentBytes += entry.sizeBytes();
            }
        } catch (TarFormatException e) {
            throw new CorruptArchiveException(
                    "tar archive '" + archive + "' cannot be extracted", e.getMessage(), null, e);
        }
        return new Walked(members, contentBytes);
    }

    private static void requireExtractable(TarEntry entry, String name) throws TarFormatException {
        boolean link = entry.type() == TarEntry.Type.HARD_LINK || entry.type() == TarEntry.Type.SYMBOLIC_LINK;
        if (entry.type() == TarEntry.Type.DEVICE) {
            throw new TarFormatException("'" + name + "' is a device");
        }
        if (link && (entry.linkName().isEmpty() || entry.linkName().indexOf('\0') >= 0)) {
            throw new TarFormatException("'" + name + "' is a link to nothing");
        }
        if (link && (RestoreTree.isPgControl(name) || name.equals(TABLESPACE_MAP))) {
            throw new TarFormatException("'" + name + "' is a link");
        }
        if (entry.type() == TarEntry.Type.HARD_LINK) {
            MemberNames.checked(entry.linkName());
        }
    }

    /** The content of the entry that the reader is at. */
    private static final class Content extends FilterInputStream {

        private final TarReader reader;

        Content(TarReader reader) {
            super(nullInputStream());
            this.reader = reader;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return reader.read(one) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return reader.read(target, offset, length);
        }
    }
}
