package org.walarchive.store;

import java.nio.charset.StandardCharsets;
import org.walarchive.stability.Stable;

/** The grammar of keys, for stores and their callers. */
@Stable
public final class StoreKeys {

    /** The longest key, in bytes of UTF-8. */
    public static final int MAX_LENGTH_BYTES = 900;

    private StoreKeys() {}

    /**
     * Returns the key if it follows the grammar that {@link BlobStore} states.
     *
     * @param key the key
     * @return the same key
     * @throws StoreException of kind {@link StoreException.Kind#INVALID} if it does not
     */
    public static String requireValid(String key) throws StoreException {
        String fault = fault(key);
        if (fault != null) {
            throw new StoreException(
                    StoreException.Kind.INVALID, "key \"" + printable(key) + "\" is not valid: " + fault);
        }
        return key;
    }

    /**
     * Makes sure that every key fits behind a location's path.
     *
     * @param location the location
     * @param maxNameBytes the longest name that the service takes, in bytes of UTF-8
     * @throws StoreException of kind {@link StoreException.Kind#INVALID} if the path is too long
     */
    public static void requireRoom(StoreLocation location, int maxNameBytes) throws StoreException {
        int room = maxNameBytes - MAX_LENGTH_BYTES;
        if (location.path().getBytes(StandardCharsets.UTF_8).length > room) {
            throw new StoreException(
                    StoreException.Kind.INVALID, "path of " + location + " is longer than " + room + " bytes");
        }
    }

    private static @org.jspecify.annotations.Nullable String fault(String key) {
        if (key.isEmpty()) {
            return "it is empty";
        }
        if (key.length() > MAX_LENGTH_BYTES || key.getBytes(StandardCharsets.UTF_8).length > MAX_LENGTH_BYTES) {
            return "it is longer than " + MAX_LENGTH_BYTES + " bytes";
        }
        for (int i = 0; i < key.length(); i++) {
            if (Character.isISOControl(key.charAt(i))) {
                return "it holds a control character";
            }
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
            return "it is not valid Unicode";
        }
        for (String component : key.split("/", -1)) {
            if (component.isEmpty()) {
                return "a component is empty";
            }
            if (component.equals(".") || component.equals("..")) {
                return "a component is \"" + component + "\"";
            }
        }
        return null;
    }

    private static String printable(String key) {
        StringBuilder text = new StringBuilder();
        key.codePoints().limit(120).forEach(c -> {
            if (Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                text.append(String.format("\\u%04x", c));
            } else {
                text.appendCodePoint(c);
            }
        });
        return text.toString();
    }
}
