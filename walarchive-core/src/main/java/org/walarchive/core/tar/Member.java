package org.walarchive.core.tar;

import java.nio.file.Path;

/** One entry of a tar partition, as it was planned. */
public sealed interface Member {

    /**
     * Returns the path in the data directory.
     *
     * @return relative, separated by {@code /}, without one at the end; empty for the data directory itself
     */
    String name();

    /**
     * Returns what the header says of it.
     *
     * @return the attributes
     */
    MemberAttributes attributes();

    /**
     * Returns the planned size of the content, which is what the tar stream has whatever became of the file.
     *
     * @return a count of bytes; 0 for what has no content
     */
    default long sizeBytes() {
        return 0;
    }

    /**
     * A directory.
     *
     * @param name its path
     * @param attributes what the header says of it
     */
    record Directory(String name, MemberAttributes attributes) implements Member {}

    /**
     * A regular file on disk.
     *
     * @param name its path
     * @param source where it is read from; not a symbolic link
     * @param sizeBytes its size when it was found
     * @param attributes what the header says of it
     */
    record DiskFile(String name, Path source, long sizeBytes, MemberAttributes attributes) implements Member {}

    /**
     * A regular file whose content is in memory.
     *
     * @param name its path
     * @param content the bytes; not copied
     * @param attributes what the header says of it
     */
    record MemoryFile(String name, byte[] content, MemberAttributes attributes) implements Member {
        @Override
        public long sizeBytes() {
            return content.length;
        }
    }

    /**
     * A symbolic link.
     *
     * @param name its path
     * @param target the text of the link
     * @param attributes what the header says of it
     */
    record SymbolicLink(String name, String target, MemberAttributes attributes) implements Member {}
}
