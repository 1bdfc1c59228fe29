package org.walarchive.core.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What tells a file from every other one, and from itself after a change: nothing can set the time of a change, so no copy, no file made anew
 * and no file written again has the identity of the one that was looked at.
 *
 * @param device the file system
 * @param inode the file in it
 * @param sizeBytes its length
 * @param modified when its content was changed; programs can set it
 * @param changed when content, name or attributes were changed; the kernel sets it, and nothing else
 */
public record FileIdentity(long device, long inode, long sizeBytes, Instant modified, Instant changed) {

    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime";

    /**
     * Looks at a file; links are followed.
     *
     * @throws IOException if there is none, or the file system has no such identities
     */
    public static FileIdentity of(Path file) throws IOException {
        try {
            Map<String, Object> values = Files.readAttributes(file, ATTRIBUTES);
            return new FileIdentity(
                    (long) values.get("dev"),
                    (long) values.get("ino"),
                    (long) values.get("size"),
                    ((FileTime) values.get("lastModifiedTime")).toInstant(),
                    ((FileTime) values.get("ctime")).toInstant());
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new IOException("the file system of " + file + " has no attributes of Unix", e);
        }
    }

    /** Tells whether this is the same file with the same content, whatever became of its attributes. */
    public boolean isSameContent(FileIdentity other) {
        return device == other.device
                && inode == other.inode
                && sizeBytes == other.sizeBytes
                && modified.equals(other.modified);
    }

    /** Returns what {@code stat -L -c '%d:%i:%s:%.9Y:%.9Z'} prints, to the byte: the launcher compares it. */
    @Override
    public String toString() {
        return Long.toUnsignedString(device) + ":" + Long.toUnsignedString(inode) + ":" + sizeBytes + ":"
                + seconds(modified) + ":" + seconds(changed);
    }

    private static String seconds(Instant time) {
        String nanos = String.valueOf(1_000_000_000L + time.getNano());
        return time.getEpochSecond() + "." + nanos.substring(1);
    }
}
