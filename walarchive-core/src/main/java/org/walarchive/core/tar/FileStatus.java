package org.walarchive.core.tar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/** What {@code stat(2)} says of a file. */
record FileStatus(int mode, long sizeBytes, FileTime modified, int uid, int gid, Object key) {

    private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,uid,gid,fileKey";

    // S_IFMT and its values: the same on every Unix
    private static final int TYPE_MASK = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int SYMLINK = 0120000;
    private static final int SOCKET = 0140000;
    private static final int FIFO = 0010000;

    static FileStatus of(Path path) throws IOException {
        return read(path, LinkOption.NOFOLLOW_LINKS);
    }

    static FileStatus following(Path path) throws IOException {
        return read(path);
    }

    private static FileStatus read(Path path, LinkOption... options) throws IOException {
        Map<String, Object> values = Files.readAttributes(path, ATTRIBUTES, options);
        return new FileStatus(
                (int) values.get("mode"),
                (long) values.get("size"),
                (FileTime) values.get("lastModifiedTime"),
                (int) values.get("uid"),
                (int) values.get("gid"),
                values.get("fileKey"));
    }

    boolean isDirectory() {
        return (mode & TYPE_MASK) == DIRECTORY;
    }

    boolean isFile() {
        return (mode & TYPE_MASK) == FILE;
    }

    boolean isSymlink() {
        return (mode & TYPE_MASK) == SYMLINK;
    }

    int permissions() {
        return mode & 07777;
    }

    /** Names the kind of what is neither file, directory nor link. */
    String kind() {
        return switch (mode & TYPE_MASK) {
            case SOCKET -> "socket";
            case FIFO -> "FIFO";
            default -> "device";
        };
    }
}
