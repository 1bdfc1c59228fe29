package org.walarchive.core.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file {@code tablespace_map}: a line for each tablespace, its OID, a space and its path, in which a backslash stands
 * before newline, carriage return and backslash (PostgreSQL: {@code do_pg_backup_start} in {@code xlog.c}). At the first
 * start of a restored server recovery makes the links under {@code pg_tblspc} anew from it.
 */
final class TablespaceMap {

    private TablespaceMap() {}

    /**
     * Returns a map that agrees with the links that stand under a restored directory's {@code pg_tblspc}: entries of links
     * get the link's target, entries of directories go, so that recovery does not undo where the data was restored to.
     */
    static byte[] rewrite(byte[] map, Path directory) {
        ByteArrayOutputStream rewritten = new ByteArrayOutputStream();
        parse(map).keySet().stream().filter(oid -> oid.matches("[0-9]+")).forEach(oid -> {
            Path link = directory.resolve("pg_tblspc").resolve(oid);
            if (Files.isSymbolicLink(link)) {
                rewritten.writeBytes((oid + " ").getBytes(StandardCharsets.ISO_8859_1));
                rewritten.writeBytes(escape(target(link)).getBytes(StandardCharsets.UTF_8));
                rewritten.write('\n');
            }
        });
        return rewritten.toByteArray();
    }

    private static String target(Path link) {
        try {
            Path text = Files.readSymbolicLink(link);
            return text.isAbsolute() ? text.toString() : link.toRealPath().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the entries; the paths stay as bytes in ISO 8859-1, whatever their encoding. */
    static Map<String, String> parse(byte[] map) {
        Map<String, String> entries = new TreeMap<>();
        StringBuilder line = new StringBuilder();
        boolean escaped = false;
        for (char c : (new String(map, StandardCharsets.ISO_8859_1) + "\n").toCharArray()) {
            if (!escaped && c == '\\') {
                escaped = true;
            } else if (!escaped && (c == '\n' || c == '\r')) {
                int space = line.indexOf(" ");
                if (space > 0) {
                    entries.put(line.substring(0, space), line.substring(space + 1));
                }
                line.setLength(0);
            } else {
                line.append(c);
                escaped = false;
            }
        }
        return entries;
    }

    static String escape(String path) {
        return path.replace("\\", "\\\\").replace("\n", "\\\n").replace("\r", "\\\r");
    }
}
