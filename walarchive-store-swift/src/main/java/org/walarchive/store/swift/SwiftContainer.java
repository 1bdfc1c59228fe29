package org.walarchive.store.swift;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import okhttp3.HttpUrl;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreKeys;
import org.walarchive.store.StoreLocation;

/**
 * The names in a container. A blob's object has a name that begins with a slash, as WAL-E's have: {@code /some/dir/k}. The
 * segments of a large blob have names that begin with {@value #SEGMENTS} and so are in no list of an archive.
 */
final class SwiftContainer {

    /** Where segments are. */
    static final String SEGMENTS = "walarchive-segments";

    /** Swift's default. */
    static final int MAX_NAME_BYTES = 1024;

    private static final String UNRESERVED = "-._~/";

    private final StoreLocation location;
    private final String path;

    SwiftContainer(StoreLocation location) {
        this.location = location;
        this.path = "/" + location.path();
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

    /**
     * Returns the beginning of the names of all segments of an object. No key has an empty component, so what follows the
     * doubled slash belongs to this object and to none below it.
     */
    static String segments(String object) {
        return SEGMENTS + object + "//";
    }

    /** Returns the beginning of the names of the segments of one put of an object. */
    static String segments(String object, String id) {
        return segments(object) + id + "/";
    }

    /** Returns the beginning of the names of segments of all objects whose names begin with a prefix. */
    static String segmentsBelow(String prefix) {
        return SEGMENTS + prefix;
    }

    /** Returns the name with the container before it, as manifests have it. */
    String withContainer(String object) {
        return "/" + location.container() + "/" + object;
    }

    /** Returns the address of the container. */
    HttpUrl url(HttpUrl storage) {
        return at(storage, "/" + encoded(location.container()));
    }

    /** Returns the address of an object. */
    HttpUrl url(HttpUrl storage, String object) {
        return at(storage, encoded(withContainer(object)));
    }

    private static HttpUrl at(HttpUrl storage, String path) {
        String base = storage.toString();
        return HttpUrl.get((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    /** Returns a text with everything in percent that a path or a query does not hold as it is. */
    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((c < 0x80 && Character.isLetterOrDigit(c)) || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    /** Returns the location, for messages. */
    @Override
    public String toString() {
        return location.toString();
    }
}
