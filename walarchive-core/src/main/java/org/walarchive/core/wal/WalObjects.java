package org.walarchive.core.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.codec.Codecs;
import org.walarchive.core.codec.Decoder;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.postgres.WalFileName;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobInfo;
import org.walarchive.store.BlobStore;
import org.walarchive.store.ListDepth;
import org.walarchive.store.ListPage;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreFeature;

/** Finds the object that holds a WAL file, whichever way it is compressed. */
final class WalObjects {

    private final ArchiveStore archive;
    private final BlobStore store;

    /** Looks through the given store, with or without retry. */
    WalObjects(ArchiveStore archive, BlobStore store) {
        this.archive = archive;
        this.store = store;
    }

    /**
     * An object that was found and is open.
     *
     * @param key its key
     * @param codec how to decompress it
     * @param content its bytes, to be closed
     */
    record Found(String key, Decoder codec, BlobContent content) {}

    /**
     * Opens a file's object: the key of today's compression first, which is one request for a file that is there; else a
     * list of all keys that begin with the name. Where lists may lag behind, what they lack is asked for by its key: nobody may take a file for absent
     * that another process archived a moment ago.
     *
     * @return empty if the store was read and has no object for the file
     * @throws CorruptArchiveException if there is one that this version cannot decompress: the file is not absent
     */
    Optional<Found> open(WalFileName name) throws StoreException, ArchiveException {
        Optional<Found> found = open(name, archive.codec().extension());
        if (found.isPresent()) {
            return found;
        }
        List<String> extensions = extensions(name);
        for (String extension : Codecs.suffixes()) {
            found = extensions.contains(extension) ? open(name, extension) : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        if (extensions.isEmpty()) {
            return isListTrusted() ? Optional.empty() : openUnlisted(name);
        }
        throw new CorruptArchiveException(
                "WAL file " + name + " is in the archive in a form that this version cannot read",
                "Found " + archive.locate(ArchiveLayout.wal(name, extensions.get(0))) + ".",
                "Readable are: " + String.join(", ", Codecs.extensions()) + ".");
    }

    private Optional<Found> openUnlisted(WalFileName name) throws StoreException {
        for (String extension : Codecs.suffixes()) {
            Optional<Found> found =
                    extension.equals(archive.codec().extension()) ? Optional.empty() : open(name, extension);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private boolean isListTrusted() {
        return store.features().contains(StoreFeature.INDEXED_LIST);
    }

    /** Tells whether there is an object for a file, readable or not: one request. */
    boolean isThere(WalFileName name) throws StoreException {
        return !extensions(name).isEmpty();
    }

    /** Opens the object of one way of compression. */
    Optional<Found> open(WalFileName name, String extension) throws StoreException {
        String key = ArchiveLayout.wal(name, extension);
        try {
            Decoder codec = Codecs.forExtension(extension).orElseThrow();
            return Optional.of(new Found(key, codec, store.get(key)));
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Returns the ways of compression of which an object has to be looked for before one is put: where a list is one request those that it has,
     * else all but today's, which the put finds by itself.
     */
    List<String> mayBeThere(WalFileName name) throws StoreException {
        if (isListTrusted()) {
            return extensions(name).stream()
                    .filter(extension -> Codecs.forExtension(extension).isPresent())
                    .toList();
        }
        return Codecs.suffixes().stream()
                .filter(extension -> !extension.equals(archive.codec().extension()))
                .toList();
    }

    private List<String> extensions(WalFileName name) throws StoreException {
        List<String> extensions = new ArrayList<>();
        String token = null;
        do {
            ListPage page = store.list(ArchiveLayout.WAL + name.text(), ListDepth.IMMEDIATE, token);
            for (BlobInfo blob : page.blobs()) {
                ArchiveLayout.parseWal(blob.key())
                        .filter(object -> object.name().equals(name))
                        .ifPresent(object -> extensions.add(object.extension()));
            }
            token = page.nextPageToken().orElse(null);
        } while (token != null);
        return extensions;
    }
}
