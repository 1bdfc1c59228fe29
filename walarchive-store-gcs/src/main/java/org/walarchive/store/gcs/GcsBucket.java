package org.walarchive.store.gcs;

import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;

/** A bucket and the beginning of all names in it, which is a slash at least: WAL-E's objects in this service have it. */
final class GcsBucket {

    private final StoreLocation location;
    private final String path;

    GcsBucket(StoreLocation location) {
        this.location = location;
        this.path = "/" + location.path();
    }

    String name() {
        return location.container();
    }

    /**
     * Returns the name of the object of a key.
     *
     * @throws StoreException of kind INVALID when the key does not follow the grammar
     */
    String object(String key) throws StoreException {
        return path + StoreKeys.requireValid(key);
    }

    /** Returns the beginning of the names of objects whose keys begin with a prefix. */
    String objects(String prefix) {
        return path + prefix;
    }

    /** Returns the key, or its beginning, that belongs to an object's name. */
    String key(String object) {
        return object.substring(path.length());
    }

    /** Returns the location, for messages. */
    @Override
    public String toString() {
        return location.toString();
    }
}
