package org.walarchive.store.azure;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;

/** A container and the beginning of all names in it. */
final class AzureContainer {

    private final StoreLocation location;
    private final URI endpoint;

    AzureContainer(StoreLocation location, URI endpoint) {
        this.location = location;
        this.endpoint = endpoint;
    }

    String name() {
        return location.container();
    }

    /**
     * Returns the name of the blob of a key.
     *
     * @throws StoreException of kind INVALID when the key does not follow the grammar, or has a backslash
     */
    String blob(String key) throws StoreException {
        if (StoreKeys.requireValid(key).indexOf('\\') >= 0) {
            throw new StoreException(
                    StoreException.Kind.INVALID,
                    "key " + key + " has a backslash, which Azure takes for a slash: it would be that of another blob");
        }
        return location.path() + key;
    }

    /** Returns the beginning of the names of blobs whose keys begin with a prefix. */
    String blobs(String prefix) {
        return location.path() + prefix;
    }

    /** Returns the key, or its beginning, that belongs to a blob's name. */
    String key(String blob) {
        return blob.substring(location.path().length());
    }

    /** Returns the address of a blob. */
    String url(String blob) {
        return endpoint + "/" + name() + "/"
                + URLEncoder.encode(blob, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the location, for messages. */
    @Override
    public String toString() {
        return location.toString();
    }
}
