package org.walarchive.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class JsonTest {

    @Test
    void writesTrees() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("text", "a \"b\" \\ \n\t\u0001\u00e4");
        members.put("numbers", List.of(1, 2L, OptionalLong.of(3)));
        members.put("none", Arrays.asList(null, Optional.empty(), OptionalLong.empty()));
        members.put("empty", List.of(List.of(), Map.of()));
        members.put("flag", true);
        members.put("path", Path.of("/srv/a"));
        assertEquals("""
                {
                  "text": "a \\"b\\" \\\\ \\n\\t\\u0001\\u00e4",
                  "numbers": [
                    1,
                    2,
                    3
                  ],
                  "none": [
                    null,
                    null,
                    null
                  ],
                  "empty": [
                    [],
                    {}
                  ],
                  "flag": true,
                  "path": "/srv/a"
                }
                """, Json.of(members));
    }
}
