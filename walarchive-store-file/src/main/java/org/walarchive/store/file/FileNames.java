package org.walarchive.store.file;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Translates between keys and paths so that the bytes of a file name are the UTF-8 bytes of the key whatever the locale:
 * {@link Path#of} encodes by the locale, and a server is often started in the C locale, where it fails on all but ASCII.
 * A file URI, in contrast, is turned into the very bytes it escapes.
 */
final class FileNames {

    private static final Path SLASH = Path.of("/");

    private FileNames() {}

    /** Resolves a relative name, of one or more components, below a directory. */
    static Path resolve(Path directory, String name) {
        if (isAscii(name)) {
            return directory.resolve(name);
        }
        StringBuilder uri = new StringBuilder("file:///");
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b == '/') {
                uri.append('/');
            } else {
                uri.append('%').append(Character.forDigit(b >> 4 & 0xf, 16)).append(Character.forDigit(b & 0xf, 16));
            }
        }
        return directory.resolve(SLASH.relativize(Path.of(URI.create(uri.toString()))));
    }

    /** Returns the last component of an absolute path, or null if it is not valid UTF-8. */
    static @Nullable String name(Path path) {
        String name = path.getFileName().toString();
        if (isAscii(name)) {
            return name;
        }
        String escaped = path.toUri().getRawPath();
        int end = escaped.endsWith("/") ? escaped.length() - 1 : escaped.length();
        ByteBuffer bytes = ByteBuffer.allocate(end);
        for (int i = escaped.lastIndexOf('/', end - 1) + 1; i < end; i++) {
            if (escaped.charAt(i) == '%') {
                bytes.put((byte) Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.put((byte) escaped.charAt(i));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Compares as the UTF-8 bytes do, which {@link String#compareTo} does not: there surrogates come before U+E000. */
    static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean supplementary = Character.isSurrogate(x);
                if (supplementary == Character.isSurrogate(y)) {
                    return x - y;
                }
                return supplementary ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
