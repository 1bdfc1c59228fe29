package org.walarchive.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.PutMode;
import org.walarchive.store.PutResult;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreFeature;

/** Blobs as files; {@link FileStoreProvider} tells how. */
final class FileBlobStore implements BlobStore {

    private static final Logger log = LoggerFactory.getLogger(FileBlobStore.class);
    /** Kernels with large folios in the page cache take several times as long to write a gigabyte in larger pieces. */
    private static final int BUFFER_BYTES = 32 * 1024;

    private static final int ATTEMPTS = 1000;

    private final FileTree tree;
    private final Staging staging;
    private final int pageSize;
    private volatile boolean closed;

    FileBlobStore(FileTree tree, Staging staging, int pageSize) {
        this.tree = tree;
        this.staging = staging;
        this.pageSize = pageSize;
    }

    @Override
    public PutResult put(String key, BlobSource source, PutMode mode) throws IOException {
        check();
        Path target = tree.path(key);
        tree.requireAccepted();
        PutResult result = putAt(target, key, source, mode);
        if (tree.isAccepted()) {
            // A put that began in one root and ended in another is none.
            tree.requireAccepted();
        } else {
            tree.accept();
        }
        return result;
    }

    private PutResult putAt(Path target, String key, BlobSource source, PutMode mode) throws IOException {
        if (isBlob(key, target) && mode == PutMode.IF_ABSENT) {
            return alreadyPresent(key, target);
        }
        try (StagedFile staged = staging.create(key)) {
            copy(key, source, staged);
            staged.sync();
            check();
            PutResult result = publish(key, target, staged, mode);
            log.debug("action=put key={} mode={} state={}", key, mode, result);
            return result;
        }
    }

    private void copy(String key, BlobSource source, StagedFile staged) throws IOException {
        OptionalLong declared = source.sizeBytes();
        long copied = 0;
        try (InputStream in = source.open()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int n;
            do {
                n = fill(buffer, in);
                staged.write(buffer, n);
                copied += n;
                if (declared.isPresent() && copied > declared.getAsLong()) {
                    break;
                }
            } while (n == buffer.length);
        }
        if (declared.isPresent() && declared.getAsLong() != copied) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "source of " + key + " declared " + declared.getAsLong() + " bytes and gave "
                            + (copied < declared.getAsLong() ? "only " + copied : "more"));
        }
    }

    /** Whole pages are written, whatever pieces a source gives: half a page costs the kernel twice. */
    private static int fill(byte[] buffer, InputStream in) throws IOException {
        int filled = 0;
        while (filled < buffer.length) {
            int n = in.read(buffer, filled, buffer.length - filled);
            if (n < 0) {
                break;
            }
            filled += n;
        }
        return filled;
    }

    /** Names the synced file, then syncs the directories: the blob is visible before it is durable, but not reported. */
    private PutResult publish(String key, Path target, StagedFile staged, PutMode mode) throws IOException {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try {
                    Directories.makeParents(tree, target);
                    boolean named = switch (mode) {
                        case OVERWRITE -> {
                            isBlob(key, target);
                            staging.rename(staged, target);
                            yield true;
                        }
                        case IF_ABSENT -> staging.renameIfAbsent(staged, target);
                    };
                    if (named) {
                        Directories.syncUpToRoot(tree, target.getParent());
                        return PutResult.WRITTEN;
                    }
                    if (isBlob(key, target)) {
                        return alreadyPresent(key, target);
                    }
                } catch (NoSuchFileException e) {
                    requireStaged(key, staged, e);
                }
                // A delete removed the directory, or the blob that was in the way: again.
            }
        } catch (IOException e) {
            throw FileErrors.translate("cannot put " + key + " in " + tree, tree.root(), e);
        }
        throw new StoreException(Kind.UNAVAILABLE, "cannot put " + key + " in " + tree + ": deletes interfere");
    }

    private void requireStaged(String key, StagedFile staged, NoSuchFileException cause) throws StoreException {
        if (tree.attributes(staged.path()) == null) {
            tree.requireContainer();
            throw new StoreException(
                    Kind.UNAVAILABLE,
                    "cannot put " + key + " in " + tree + ": its temporary file is gone",
                    "Does something else remove files from " + FileTree.RESERVED + "?",
                    cause);
        }
    }

    /** Syncs what another writer may have named but not synced yet, WAL-E does not at all; then it is as good as written. */
    private PutResult alreadyPresent(String key, Path target) throws StoreException {
        try {
            Directories.sync(target);
            Directories.syncUpToRoot(tree, target.getParent());
        } catch (IOException e) {
            throw FileErrors.translate("cannot sync " + key + " in " + tree, tree.root(), e);
        }
        log.debug("action=put key={} state={}", key, PutResult.ALREADY_PRESENT);
        return PutResult.ALREADY_PRESENT;
    }

    /**
     * Tells whether there is a blob.
     *
     * @throws StoreException of kind INVALID when there is something else, which a put must not touch
     */
    private boolean isBlob(String key, Path target) throws StoreException {
        BasicFileAttributes attributes = tree.find(target);
        if (attributes == null || attributes.isRegularFile()) {
            return attributes != null;
        }
        throw new StoreException(
                Kind.INVALID,
                "cannot put " + key + " in " + tree + ": there is "
                        + (attributes.isDirectory() ? "a directory" : "a file that is not regular"));
    }

    @Override
    public BlobContent get(String key) throws StoreException {
        check();
        Path path = tree.path(key);
        BasicFileAttributes attributes = tree.find(path);
        if (attributes == null || !attributes.isRegularFile()) {
            throw notFound(key, null);
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            FileContentStream stream = new FileContentStream(tree, key, channel);
            try {
                tree.accept();
            } catch (StoreException e) {
                stream.close();
                throw e;
            }
            log.debug("action=get key={} size={}", key, stream.size());
            return new BlobContent(stream, OptionalLong.of(stream.size()));
        } catch (NoSuchFileException e) {
            throw notFound(key, e);
        } catch (IOException e) {
            throw FileErrors.translate("cannot open " + key + " in " + tree, tree.root(), e);
        }
    }

    private StoreException notFound(String key, @Nullable IOException cause) throws StoreException {
        tree.requireContainer();
        return new StoreException(Kind.NOT_FOUND, "no blob " + key + " in " + tree, null, cause);
    }

    @Override
    public ListPage list(String prefix, ListDepth depth, @Nullable String pageToken) throws StoreException {
        check();
        ListPage page = new FileLister(tree, prefix, depth, pageToken, pageSize).page();
        log.debug("action=list prefix={} blobs={}", prefix, page.blobs().size());
        return page;
    }

    @Override
    public void delete(Collection<String> keys) throws StoreException {
        check();
        Map<String, Path> paths = new LinkedHashMap<>();
        for (String key : keys) {
            paths.put(key, tree.path(key));
        }
        if (paths.isEmpty()) {
            return;
        }
        tree.requireContainer();
        Set<Path> directories = new LinkedHashSet<>();
        for (Map.Entry<String, Path> entry : paths.entrySet()) {
            check();
            deleteOne(entry.getKey(), entry.getValue());
            directories.add(entry.getValue().getParent());
        }
        for (Path directory : directories) {
            cleanUp(directory);
        }
    }

    private void deleteOne(String key, Path path) throws StoreException {
        BasicFileAttributes attributes = tree.find(path);
        if (attributes == null || !attributes.isRegularFile()) {
            return;
        }
        try {
            Files.deleteIfExists(path);
            log.debug("action=delete key={}", key);
        } catch (IOException e) {
            throw FileErrors.translate("cannot delete " + key + " in " + tree, tree.root(), e);
        }
    }

    /** Makes the deletions in a directory durable, and removes it if nothing is left in it. */
    private void cleanUp(Path directory) throws StoreException {
        try {
            BasicFileAttributes attributes = directory.equals(tree.root()) ? null : tree.find(directory);
            if (attributes != null && attributes.isDirectory()) {
                Directories.sync(directory);
            }
            Path survivor = Directories.removeEmpty(tree, directory);
            if (!survivor.equals(directory) || directory.equals(tree.root())) {
                Directories.sync(survivor);
            }
        } catch (NoSuchFileException e) {
            log.debug("action=delete directory={} state=vanished", directory);
        } catch (IOException e) {
            throw tree.failure("cannot sync", directory, e);
        }
    }

    /** Returns all features: {@link FileStoreProvider} tells how. */
    @Override
    public Set<StoreFeature> features() {
        return Set.of(StoreFeature.ATOMIC_IF_ABSENT);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void check() throws StoreException {
        if (closed) {
            throw new IllegalStateException("store " + tree + " is closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new StoreException(Kind.INTERRUPTED, "interrupted in " + tree);
        }
    }
}
