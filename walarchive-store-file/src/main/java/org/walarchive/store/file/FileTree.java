package org.walarchive.store.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;

/** The archive's directory: where a key lies, and whether one may go there. */
final class FileTree {

    /** The directory of temporary files. The name is reserved at every depth, since archives may lie in archives. */
    static final String RESERVED = ".walarchive-tmp";

    static final int MAX_NAME_BYTES = 255;

    private final StoreLocation location;
    private final Path root;

    /** Of the root when it was last known to be the archive's. */
    private volatile @Nullable Object device;

    FileTree(StoreLocation location) {
        this.location = location;
        this.root = FileNames.resolve(Path.of("/"), location.path());
    }

    Path root() {
        return root;
    }

    /** Returns the file of a key that is valid; whether there is one is not looked at. */
    Path path(String key) throws StoreException {
        StoreKeys.requireValid(key);
        int start = 0;
        while (start <= key.length()) {
            int slash = key.indexOf('/', start);
            int end = slash < 0 ? key.length() : slash;
            String name = key.substring(start, end);
            if (name.equals(RESERVED)) {
                throw new StoreException(Kind.INVALID, "key " + key + " has the reserved component " + RESERVED);
            }
            // A character of UTF-16 has at most three bytes.
            if (name.length() * 3 > MAX_NAME_BYTES && name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
                throw new StoreException(
                        Kind.INVALID, "key " + key + " has a component of more than " + MAX_NAME_BYTES + " bytes");
            }
            start = end + 1;
        }
        return FileNames.resolve(root, key);
    }

    /**
     * Looks up what lies at a path below the root, following no link below the root.
     *
     * @return its attributes, or null when there is nothing, or a directory on the way is missing or no directory
     * @throws StoreException of kind INVALID when the path leads through a symbolic link or is one
     */
    @Nullable
    BasicFileAttributes find(Path path) throws StoreException {
        Path current = root;
        BasicFileAttributes attributes = null;
        for (Path name : root.relativize(path)) {
            current = current.resolve(name);
            if (attributes != null && !attributes.isDirectory()) {
                return null;
            }
            attributes = attributes(current);
            if (attributes == null) {
                return null;
            }
            if (attributes.isSymbolicLink()) {
                throw new StoreException(
                        Kind.INVALID,
                        relative(current) + " in " + location + " is a symbolic link, which is not followed",
                        "Let the location itself be the link, or use a bind mount.",
                        null);
            }
        }
        return attributes;
    }

    /** The attributes of a file itself, not of what it links to, or null when there is none. */
    @Nullable
    BasicFileAttributes attributes(Path path) throws StoreException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            requireContainer();
            throw failure("cannot look at", path, e);
        }
    }

    /** Fails unless the root directory is there; asked whenever something is not. */
    void requireContainer() throws StoreException {
        try {
            if (!Files.readAttributes(root, BasicFileAttributes.class).isDirectory()) {
                throw new StoreException(Kind.NO_CONTAINER, location + " is not a directory");
            }
        } catch (NoSuchFileException e) {
            throw missingRoot(e);
        } catch (IOException e) {
            throw failure("cannot look at", root, e);
        }
    }

    /** Takes the root as it is now for the archive's: something that was put there is there. */
    void accept() throws StoreException {
        device = deviceNow();
    }

    /**
     * Fails if the root that was once accepted is gone or lies on another file system now: what is written would be hidden
     * when the right one is mounted again.
     */
    void requireAccepted() throws StoreException {
        Object accepted = device;
        if (accepted != null && !accepted.equals(deviceNow())) {
            throw new StoreException(
                    Kind.NO_CONTAINER,
                    "directory " + location + " lies on another file system than before",
                    "Was one unmounted, or mounted over it? Nothing is written there until what was there before can be read again.",
                    null);
        }
    }

    /** Where a platform does not tell, all are the same. */
    private Object deviceNow() throws StoreException {
        try {
            return Files.getAttribute(root, "unix:dev");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            requireContainer();
            return root;
        } catch (NoSuchFileException e) {
            throw missingRoot(e);
        } catch (IOException e) {
            throw failure("cannot look at", root, e);
        }
    }

    boolean isAccepted() {
        return device != null;
    }

    StoreException missingRoot(@Nullable IOException cause) {
        return new StoreException(
                Kind.NO_CONTAINER,
                "directory " + location + " does not exist",
                "Is the file system mounted, and is the location spelt right?",
                cause);
    }

    /** Makes the exception for a failure at a path; the message names the key. */
    StoreException failure(String action, Path path, IOException failure) {
        return FileErrors.translate(action + " " + relative(path) + " in " + location, root, failure);
    }

    String relative(Path path) {
        return path.equals(root) ? "the root directory" : root.relativize(path).toString();
    }

    /** Returns the location, for messages. */
    @Override
    public String toString() {
        return location.toString();
    }
}
