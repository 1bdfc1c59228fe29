package org.walarchive.store;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.walarchive.stability.Stable;

/**
 * Where an archive lies: {@code scheme://container/path}, as in {@code s3://bucket/some/dir}.
 *
 * <p>Locations are logged, so they must not hold secrets: user information is refused.
 *
 * @param scheme the scheme, in lower case
 * @param container the bucket or container; for {@code file} the host, which means nothing; may be empty
 * @param path the path without leading slashes, ending in a slash unless it is empty: the beginning of every key
 */
@Stable
public record StoreLocation(String scheme, String container, String path) {

    private static final Pattern SYNTAX = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/]*)(/.*)?", Pattern.DOTALL);

    /**
     * Normalises scheme and path.
     *
     * @throws IllegalArgumentException if there is user information, a query or a fragment
     */
    public StoreLocation {
        scheme = scheme.toLowerCase(Locale.ROOT);
        path = path.replaceFirst("^/+", "").replaceFirst("/+\\z", "");
        if (!path.isEmpty()) {
            path += "/";
        }
        if (container.contains("@")) {
            throw new IllegalArgumentException("location of scheme \"" + scheme + "\" carries user information");
        }
        if (path.contains("?") || path.contains("#")) {
            throw new IllegalArgumentException(
                    "location \"" + scheme + "://" + container + "/" + path + "\" has a query or fragment");
        }
    }

    /**
     * Reads a location.
     *
     * @param text such as {@code s3://bucket/some/dir}
     * @return the location
     * @throws IllegalArgumentException if the text is not of this form, or carries user information, a query or a
     *     fragment
     */
    public static StoreLocation parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    text.contains("@")
                            ? "location is not of the form scheme://container/path"
                            : "location \"" + text + "\" is not of the form scheme://container/path");
        }
        String path = matcher.group(3) == null ? "" : matcher.group(3);
        return new StoreLocation(matcher.group(1), matcher.group(2), path);
    }

    /** Returns the location as it is written, without a trailing slash. */
    @Override
    public String toString() {
        String text = scheme + "://" + container + "/" + path;
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
