package org.walarchive.store.file;

import java.nio.file.Files;
import java.time.Clock;
import java.util.Set;
import org.walarchive.stability.Stable;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;

/**
 * Opens stores in directories: {@code file://localhost/srv/archive}, where the host means nothing and the path, taken as it
 * is written, is that of the root directory.
 *
 * <p><b>Root.</b> Without the root directory {@code get}, {@code list} and {@code delete} fail with
 * {@link Kind#NO_CONTAINER}, so that a file system that is not mounted does not look like an empty archive: let the
 * location be a directory <em>below</em> the mount point. A put makes the root if its parent exists, and directories below
 * it as needed (mode 0700; files 0600); but one that this store has read from or put to, and that is gone or lies on another
 * device now, is not put to until something can be read there again.
 *
 * <p><b>Puts.</b> The content is written to a temporary file and synced; the file is then renamed (overwrite) or hard-linked
 * (if absent) to its name, and its directory and those above it up to the root are synced before the put returns. The
 * temporary files lie in {@code .walarchive-tmp} under the root, which no operation shows; a key with a component
 * of this name is refused. WAL-E does not see them either: it lists nothing but {@code wal_005/} and
 * {@code basebackups_005/}. What a killed process left there is removed by a later one. Where the file system has no hard
 * links, puts with {@code IF_ABSENT} are made exclusive by a lock file, and fail where it has no locks either.
 *
 * <p><b>Limits.</b> A component of a key has at most 255 bytes. A key cannot have a blob while a key below it has one.
 * The root may be a symbolic link; below it, a key that leads through one is refused, and a list passes over links with a
 * warning. All of the archive must lie on one file system. Only regular files are blobs. This guards against
 * mistakes, not against others who may write to the archive's directories.
 */
@Stable
public final class FileStoreProvider implements BlobStoreProvider {

    /** Large, since each page reads the names of its directories again; some 10 MB of memory. */
    private static final int PAGE_SIZE = 50_000;

    /** Makes a provider. */
    public FileStoreProvider() {}

    /** Returns {@code file}. */
    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    /** Opens a store without touching the file system; no setting is read. */
    @Override
    public BlobStore open(StoreLocation location, StoreSettings settings) throws StoreException {
        if (!location.scheme().equals("file")) {
            throw new StoreException(Kind.INVALID, "location " + location + " is not of scheme \"file\"");
        }
        if (location.path().isEmpty()) {
            throw new StoreException(
                    Kind.INVALID,
                    "location " + location + " names no directory",
                    "The root of the file system is no place for an archive; is a variable in the location empty?",
                    null);
        }
        if (location.path().indexOf('\ufffd') >= 0 || location.path().indexOf('\0') >= 0) {
            throw new StoreException(
                    Kind.INVALID,
                    "location " + location + " holds a character that could not be read",
                    "Set LC_ALL to a UTF-8 locale, such as C.UTF-8, for a path that is not ASCII.",
                    null);
        }
        FileTree tree = new FileTree(location);
        return new FileBlobStore(tree, new Staging(tree, Clock.systemUTC(), Files::createLink), PAGE_SIZE);
    }
}
