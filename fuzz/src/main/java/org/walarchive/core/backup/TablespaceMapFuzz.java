package org.walarchive.core.backup;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Reads any bytes as a tablespace map. */
public final class TablespaceMapFuzz {

    private static final Path NOWHERE = Path.of("/nonexistent");

    private TablespaceMapFuzz() {}

    /** Reads the input; what is read comes back when it is written. */
    public static void fuzzerTestOneInput(byte[] input) {
        Map<String, String> map = TablespaceMap.parse(input);
        StringBuilder text = new StringBuilder();
        map.forEach((oid, path) -> text.append(TablespaceMap.escape(oid))
                .append(' ')
                .append(TablespaceMap.escape(path))
                .append('\n'));
        if (!TablespaceMap.parse(text.toString().getBytes(StandardCharsets.ISO_8859_1))
                .equals(map)) {
            throw new AssertionError(map + " comes back as something else");
        }
        TablespaceMap.rewrite(input, NOWHERE);
    }
}
