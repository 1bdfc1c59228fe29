package org.walarchive.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresServer.StopMode;

final class PostgresServerIT {

    @ParameterizedTest
    @EnumSource
    void startsStopsAndLeavesNothing(PostgresVersion version) {
        Path data;
        try (PostgresServer server = PostgresServer.builder(version)
                .setting("search_path", "it's, \"a\\b\"")
                .create()) {
            data = server.dataDirectory();
            server.start();
            String number = server.queryText("SHOW server_version");
            assertTrue(number.startsWith(version.number() + "."), number);
            assertEquals("it's, \"a\\b\"", server.queryText("SHOW search_path"));
            server.stop(StopMode.FAST);
            server.start();
            server.kill();
            assertFalse(server.isRunning());
        }
        assertFalse(Files.exists(data));
    }
}
