package org.walarchive.store.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;

/**
 * Makes one page of a list: walks the directories in the order of whole keys, where {@code a-b} comes before {@code a/b} and
 * {@code a0} after it. A directory's names are held in memory, those of other directories are not. The token of a page
 * is its last key or prefix, so a page does not depend on the store having given out the one before.
 */
final class FileLister {

    private static final Logger log = LoggerFactory.getLogger(FileLister.class);

    private final FileTree tree;
    private final String prefix;
    private final ListDepth depth;
    private final @Nullable String after;
    private final int pageSize;
    private final List<BlobInfo> blobs = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private String last = "";
    private boolean more;

    FileLister(FileTree tree, String prefix, ListDepth depth, @Nullable String after, int pageSize) {
        this.tree = tree;
        this.prefix = prefix;
        this.depth = depth;
        this.after = after;
        this.pageSize = pageSize;
    }

    /** A name in a directory; of a directory it ends in a slash, once that is known. */
    private record Entry(String name, Path path, boolean ascii) implements Comparable<Entry> {

        Entry(String name, Path path) {
            this(name, path, FileNames.isAscii(name));
        }

        @Override
        public int compareTo(Entry other) {
            // Of ASCII the order is the same, and the first comparison is much faster.
            return ascii && other.ascii ? name.compareTo(other.name) : FileNames.compare(name, other.name);
        }
    }

    ListPage page() throws StoreException {
        tree.requireContainer();
        String directoryKey = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        if (directoryKey.isEmpty()) {
            walk(tree.root(), "");
        } else {
            walkPrefix(directoryKey);
        }
        return new ListPage(blobs, prefixes, more ? Optional.of(last) : Optional.empty());
    }

    private void walkPrefix(String directoryKey) throws StoreException {
        Path directory;
        try {
            directory = tree.path(directoryKey.substring(0, directoryKey.length() - 1));
        } catch (StoreException e) {
            // Not the beginning of any key.
            log.debug("action=list prefix={} state=no-key", prefix);
            return;
        }
        BasicFileAttributes attributes = tree.find(directory);
        if (attributes != null && attributes.isDirectory()) {
            walk(directory, directoryKey);
        }
    }

    /** Walks a directory, of which all keys begin with {@code directoryKey}, until the page is full. */
    private void walk(Path directory, String directoryKey) throws StoreException {
        PriorityQueue<Entry> entries = new PriorityQueue<>(entries(directory, directoryKey));
        while (!more && !entries.isEmpty()) {
            Entry entry = entries.poll();
            String key = directoryKey + entry.name();
            if (entry.name().endsWith("/")) {
                visitDirectory(entry.path(), key);
                continue;
            }
            BasicFileAttributes attributes = isKey(key) ? tree.attributes(entry.path()) : null;
            if (attributes == null) {
                log.debug("action=list key={} location={} state=skipped reason=vanished-or-no-key", key, tree);
            } else if (attributes.isDirectory()) {
                // Its keys come after those of names that go on with a character less than the slash.
                entries.add(new Entry(entry.name() + "/", entry.path()));
            } else if (attributes.isSymbolicLink()) {
                log.warn("action=list key={} location={} state=skipped reason=symbolic-link", key, tree);
            } else if (attributes.isRegularFile() && isAfterToken(key) && hasRoom()) {
                blobs.add(new BlobInfo(
                        key, attributes.size(), attributes.lastModifiedTime().toInstant()));
                last = key;
            }
        }
    }

    private void visitDirectory(Path directory, String key) throws StoreException {
        switch (depth) {
            case ALL -> {
                if (isAfterToken(key) || after != null && after.startsWith(key)) {
                    walk(directory, key);
                }
            }
            case IMMEDIATE -> {
                if (isAfterToken(key) && hasBlob(directory, key) && hasRoom()) {
                    prefixes.add(key);
                    last = key;
                }
            }
        }
    }

    /** Whether there is a blob at any depth; an empty directory is none of the caller's business. */
    private boolean hasBlob(Path directory, String directoryKey) throws StoreException {
        List<Entry> directories = new ArrayList<>();
        for (Entry entry : readDirectory(directory, directoryKey, "", null)) {
            BasicFileAttributes attributes = isKey(directoryKey + entry.name()) ? tree.attributes(entry.path()) : null;
            if (attributes != null && attributes.isRegularFile()) {
                return true;
            }
            if (attributes != null && attributes.isDirectory()) {
                directories.add(entry);
            }
        }
        for (Entry entry : directories) {
            if (hasBlob(entry.path(), directoryKey + entry.name() + "/")) {
                return true;
            }
        }
        return false;
    }

    /** The entries that can lead to a key that begins with the prefix and comes after the token. */
    private List<Entry> entries(Path directory, String directoryKey) throws StoreException {
        String begin = prefix.length() > directoryKey.length() ? prefix.substring(directoryKey.length()) : "";
        String from = after != null && after.startsWith(directoryKey) ? after.substring(directoryKey.length()) : null;
        return readDirectory(directory, directoryKey, begin, from);
    }

    private List<Entry> readDirectory(Path directory, String directoryKey, String begin, @Nullable String from)
            throws StoreException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                String name = FileNames.name(path);
                if (name == null) {
                    log.debug("action=list file={} location={} state=skipped reason=not-utf-8", path, tree);
                } else if (name.startsWith(begin)
                        && (from == null || FileNames.compare(name, from) > 0 || from.startsWith(name))) {
                    entries.add(new Entry(name, path));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw tree.failure("cannot list", directory, e.getCause());
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Deleted after it was seen, unless all of the archive went away.
            tree.requireContainer();
        } catch (IOException e) {
            throw tree.failure("cannot list", directory, e);
        }
        return entries;
    }

    private boolean isAfterToken(String key) {
        return after == null || FileNames.compare(key, after) > 0;
    }

    private boolean hasRoom() {
        if (blobs.size() + prefixes.size() == pageSize) {
            more = true;
        }
        return !more;
    }

    private static boolean isKey(String key) {
        if (key.equals(FileTree.RESERVED) || key.endsWith("/" + FileTree.RESERVED)) {
            return false;
        }
        if (key.length() <= StoreKeys.MAX_LENGTH_BYTES && isPrintableAscii(key)) {
            // Nearly all are. The file system sees to the rest of the grammar: no component is empty, "." or "..".
            return true;
        }
        try {
            StoreKeys.requireValid(key);
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    private static boolean isPrintableAscii(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) < ' ' || key.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
