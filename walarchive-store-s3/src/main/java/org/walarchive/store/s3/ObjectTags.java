package org.walarchive.store.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tags that are put on objects. As a setting they are written {@code key=value,key=value}, where {@code %2C}, {@code %3D} and
 * {@code %25} stand for a comma, an equals sign and a percent sign.
 *
 * @param values by key, in order
 */
record ObjectTags(Map<String, String> values) {

    private static final int MOST = 10;
    private static final int KEY_LENGTH = 128;
    private static final int VALUE_LENGTH = 256;

    ObjectTags {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        if (values.isEmpty() || values.size() > MOST) {
            throw new IllegalArgumentException("there are " + values.size() + " tags, not 1 to " + MOST);
        }
        values.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > KEY_LENGTH) {
                throw new IllegalArgumentException(
                        "tag \"" + key + "\" has a key that is not of 1 to " + KEY_LENGTH + " characters");
            }
            if (value.length() > VALUE_LENGTH) {
                throw new IllegalArgumentException(
                        "tag \"" + key + "\" has a value of more than " + VALUE_LENGTH + " characters");
            }
        });
    }

    /**
     * Reads a setting.
     *
     * @throws IllegalArgumentException if it is not of the form
     */
    static ObjectTags parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String tag : text.split(",", -1)) {
            String[] parts = tag.strip().split("=", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("\"" + tag + "\" is not of the form key=value");
            }
            if (values.put(decoded(parts[0]), decoded(parts[1])) != null) {
                throw new IllegalArgumentException("tag \"" + decoded(parts[0]) + "\" is there twice");
            }
        }
        return new ObjectTags(values);
    }

    private static String decoded(String text) {
        return text.replace("%2C", ",").replace("%3D", "=").replace("%25", "%");
    }

    private static String encoded(String text) {
        return text.replace("%", "%25").replace(",", "%2C").replace("=", "%3D");
    }

    /** Returns the header {@code x-amz-tagging}. */
    String header() {
        return values.entrySet().stream()
                .map(tag -> percent(tag.getKey()) + "=" + percent(tag.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String percent(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the setting. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(tag -> encoded(tag.getKey()) + "=" + encoded(tag.getValue()))
                .collect(Collectors.joining(","));
    }
}
