package org.walarchive.cli;

import java.util.Collection;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON, indented by two spaces: maps as objects, collections as arrays, numbers, booleans, null; optional values as what they
 * hold, or null; all else as the string it gives of itself. ASCII only.
 */
final class Json {

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /** Returns a value as a document that ends with a line feed. */
    static String of(@Nullable Object value) {
        Json json = new Json();
        json.write(value, "\n");
        return json.text.append('\n').toString();
    }

    /** Returns a constant as the word that stands for it. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void write(@Nullable Object value, String newLine) {
        if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), newLine);
        } else if (value instanceof OptionalLong optional) {
            write(optional.isPresent() ? optional.getAsLong() : null, newLine);
        } else if (value instanceof Map<?, ?> map) {
            Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
            writeAll('{', '}', newLine, entries, entry -> {
                write(String.valueOf(entry.getKey()), newLine);
                text.append(": ");
                write(entry.getValue(), newLine + "  ");
            });
        } else if (value instanceof Collection<?> collection) {
            writeAll('[', ']', newLine, collection.iterator(), element -> write(element, newLine + "  "));
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            writeString(value.toString());
        }
    }

    private interface Part<T> {
        void write(T part);
    }

    private <T> void writeAll(char open, char close, String newLine, Iterator<? extends T> parts, Part<T> part) {
        text.append(open);
        boolean empty = !parts.hasNext();
        while (parts.hasNext()) {
            text.append(newLine).append("  ");
            part.write(parts.next());
            text.append(parts.hasNext() ? "," : "");
        }
        text.append(empty ? "" : newLine).append(close);
    }

    private void writeString(String string) {
        text.append('"');
        for (char c : string.toCharArray()) {
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < 0x20 || c > 0x7E) {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
