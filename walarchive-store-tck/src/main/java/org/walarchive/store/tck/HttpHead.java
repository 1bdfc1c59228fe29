package org.walarchive.store.tck;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1 message, kept as it was written because signatures may cover it.
 *
 * @param firstLine the request line or the status line
 * @param fields the lines after it
 */
record HttpHead(String firstLine, List<String> fields) {

    private static final int LONGEST = 1 << 20;

    HttpHead {
        fields = List.copyOf(fields);
    }

    /** Reads a head; null where the stream ends before it begins. */
    static @Nullable HttpHead read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0 && head.size() == 0) {
                return null;
            }
            if (b < 0 || head.size() == LONGEST) {
                throw new EOFException("head of a message does not end");
            }
            head.write(b);
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        if (lines.length == 0) {
            throw new IOException("message has no first line");
        }
        return new HttpHead(lines[0], Arrays.asList(lines).subList(1, lines.length));
    }

    /** Returns a part of the first line, from 0; empty where there are fewer. */
    String word(int index) {
        String[] words = firstLine.split(" ", 3);
        return index < words.length ? words[index] : "";
    }

    /** Returns the status of a reply, or 0. */
    int status() {
        return word(1).matches("\\d{3}") ? Integer.parseInt(word(1)) : 0;
    }

    Optional<String> field(String name) {
        return fields.stream()
                .filter(field -> isNamed(field, name))
                .map(field -> field.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** Tells whether a field's list of words has this one. */
    boolean says(String name, String word) {
        return fields.stream()
                .filter(field -> isNamed(field, name))
                .flatMap(field ->
                        Arrays.stream(field.substring(name.length() + 1).split(",")))
                .anyMatch(each -> each.strip().equalsIgnoreCase(word));
    }

    OptionalLong contentLength() {
        Optional<String> length = field("content-length").filter(text -> text.matches("\\d{1,18}"));
        return length.isPresent() ? OptionalLong.of(Long.parseLong(length.get())) : OptionalLong.empty();
    }

    boolean isChunked() {
        return says("transfer-encoding", "chunked");
    }

    HttpHead without(String... names) {
        return new HttpHead(
                firstLine,
                fields.stream()
                        .filter(field -> Arrays.stream(names).noneMatch(name -> isNamed(field, name)))
                        .toList());
    }

    HttpHead with(String name, String value) {
        List<String> more = new ArrayList<>(fields);
        more.add(name + ": " + value);
        return new HttpHead(firstLine, more);
    }

    HttpHead replacing(String text, String replacement) {
        return new HttpHead(
                firstLine,
                fields.stream().map(field -> field.replace(text, replacement)).toList());
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(firstLine).append("\r\n");
        fields.forEach(field -> text.append(field).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isNamed(String field, String name) {
        return field.length() > name.length()
                && field.charAt(name.length()) == ':'
                && field.regionMatches(true, 0, name, 0, name.length());
    }
}
