package org.walarchive.store.s3;

import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;

/** A bucket and the beginning of all names in it. WAL-E's client sent doubled slashes as one, so that is what its objects have. */
final class S3Bucket {

    private final StoreLocation location;
    private final String path;

    S3Bucket(StoreLocation location) {
        this.location = location;
        this.path = location.path().replaceAll("/{2,}", "/");
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
