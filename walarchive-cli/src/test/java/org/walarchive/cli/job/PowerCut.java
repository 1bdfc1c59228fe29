package org.walarchive.cli.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What files there are, and what there would be of them after a power cut, by a record of system calls. The content of a file survives up to the last
 * {@code fsync} of it; its name, and the name's absence, since the last {@code fsync} of the directory. That is less than any file system keeps, so what is
 * safe here is safe on all.
 */
final class PowerCut {

    /** A file or directory, whatever it is called. */
    private static final class Inode {
        private final boolean directory;
        private long writes;
        private long synced;

        Inode(boolean directory) {
            this.directory = directory;
        }
    }

    private final Map<Path, Inode> now = new TreeMap<>();
    private final Map<Path, Inode> kept = new TreeMap<>();

    /** Goes on by a call. */
    void apply(SystemCall call) {
        Path path = call.paths().isEmpty() ? Path.of("/") : call.path();
        switch (call.name()) {
            case "open", "openat", "creat" -> open(call, path);
            case "mkdir", "mkdirat" -> now.put(path, new Inode(true));
            case "write", "pwrite64", "writev", "pwritev", "truncate", "ftruncate", "fallocate", "copy_file_range" ->
                write(path);
            case "sendfile" -> write(call.paths().get(0));
            case "fsync", "fdatasync" -> sync(path);
            case "rename", "renameat", "renameat2" ->
                name(path, now.remove(call.paths().get(0)));
            case "link", "linkat" -> name(path, now.get(call.paths().get(0)));
            case "unlink", "unlinkat", "rmdir" -> now.remove(path);
            default -> {
                // nothing that a power cut could take back
            }
        }
    }

    private void open(SystemCall call, Path path) {
        if (call.creates() && !now.containsKey(path)) {
            now.put(path, new Inode(false));
        } else if (call.arguments().contains("O_TRUNC")) {
            write(path);
        }
    }

    private void write(Path path) {
        Inode inode = now.get(path);
        if (inode != null) {
            inode.writes++;
        }
    }

    private void name(Path path, @Nullable Inode inode) {
        if (inode != null) {
            now.put(path, inode);
        }
    }

    private void sync(Path path) {
        Inode inode = now.get(path);
        if (inode != null && !inode.directory) {
            inode.synced = inode.writes;
            return;
        }
        kept.keySet().removeIf(name -> path.equals(name.getParent()) && !now.containsKey(name));
        now.forEach((name, named) -> {
            if (path.equals(name.getParent())) {
                kept.put(name, named);
            }
        });
    }

    /** Tells whether all that was written to a file would survive under whatever name. */
    boolean isWhole(Path path) {
        Inode inode = now.get(path);
        return inode != null && inode.synced == inode.writes;
    }

    /** Tells whether a file or directory would be there, as it is. */
    boolean isDurable(Path path) {
        for (Path name = path; name != null; name = name.getParent()) {
            // Of what was there before the record began, nothing is known and nothing to be feared.
            if ((name.equals(path) || now.containsKey(name))
                    && (!now.containsKey(name) || kept.get(name) != now.get(name))) {
                return false;
            }
        }
        Inode inode = now.get(path);
        return inode != null && (inode.directory || inode.synced == inode.writes);
    }

    /** Tells whether a file might be there. */
    boolean mayBeThere(Path path) {
        return now.containsKey(path) || kept.containsKey(path);
    }

    /** Returns the files and directories below one that are there now. */
    List<Path> below(Path directory) {
        return now.keySet().stream()
                .filter(path -> path.startsWith(directory) && !path.equals(directory))
                .toList();
    }

    /** Returns what below a directory would not be there, and what would be there again. */
    List<Path> unsettled(Path directory) {
        Stream<Path> lost = below(directory).stream().filter(path -> !isDurable(path));
        Stream<Path> again = kept.keySet().stream()
                .filter(path -> path.startsWith(directory) && !now.containsKey(path))
                .filter(path -> isReachable(directory, path));
        return Stream.concat(lost, again).toList();
    }

    /** Nobody finds what lies in a directory that is gone. */
    private boolean isReachable(Path directory, Path path) {
        Path parent = path.getParent();
        return parent == null || parent.equals(directory) || kept.containsKey(parent) && isReachable(directory, parent);
    }
}
