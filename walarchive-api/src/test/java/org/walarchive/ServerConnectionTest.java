package org.walarchive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.BackupPushRequest.Checkpoint;
import org.walarchive.BackupPushRequest.ConfigurationFiles;
import org.walarchive.BackupPushRequest.Mode;

final class ServerConnectionTest {

    @Test
    void hasTheDefaultsOfLibpq() {
        ServerConnection connection = ServerConnection.fromEnvironment(Map.of("PGHOST", "", "PATH", "/bin"));
        assertEquals(Optional.empty(), connection.host());
        assertEquals(5432, connection.port());
        assertEquals(Optional.empty(), connection.user());
        assertEquals("postgres", connection.database());
        assertEquals(Optional.empty(), connection.password());
        assertEquals(Optional.empty(), connection.passwordFile());
        assertEquals(Optional.empty(), connection.sslMode());
        assertEquals(Optional.empty(), connection.options());
        assertEquals("host=(local socket) port=5432 user=(default) dbname=postgres", connection.toString());
    }

    @Test
    void readsTheVariablesOfLibpqAndNeverShowsThePassword() {
        ServerConnection connection = ServerConnection.fromEnvironment(Map.of(
                "PGHOST", "db.example",
                "PGPORT", "6543",
                "PGUSER", "backup",
                "PGDATABASE", "maintenance",
                "PGPASSWORD", "geheim",
                "PGPASSFILE", "/secret/pgpass",
                "PGSSLMODE", "verify-full",
                "PGOPTIONS", "-c search_path=x"));
        assertEquals(Optional.of("db.example"), connection.host());
        assertEquals(6543, connection.port());
        assertEquals(Optional.of("backup"), connection.user());
        assertEquals("maintenance", connection.database());
        assertEquals(Optional.of("geheim"), connection.password());
        assertEquals(Optional.of("/secret/pgpass"), connection.passwordFile());
        assertEquals(Optional.of("verify-full"), connection.sslMode());
        assertEquals(Optional.of("-c search_path=x"), connection.options());
        assertEquals("host=db.example port=6543 user=backup dbname=maintenance", connection.toString());
        assertFalse(connection.toString().contains("geheim"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "five", "5432 ", "99999999999"})
    void refusesBadPorts(String port) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> ServerConnection.fromEnvironment(Map.of("PGPORT", port)))
                .getMessage();
        assertTrue(message.contains(port), message);
    }

    @Test
    void takesTheOutermostPorts() {
        assertEquals(1, ServerConnection.builder().port(1).build().port());
        assertEquals(65535, ServerConnection.builder().port(65535).build().port());
    }

    @Test
    void aPushRequestHasTheDocumentedDefaults() {
        BackupPushRequest request =
                BackupPushRequest.builder(Path.of("/srv/pg")).build();
        assertEquals(Path.of("/srv/pg"), request.dataDirectory());
        assertEquals(Mode.ONLINE, request.mode());
        assertEquals(ConfigurationFiles.INCLUDE, request.configurationFiles());
        assertEquals(Checkpoint.FAST, request.checkpoint());
        assertEquals(Optional.of(Duration.ofMinutes(10)), request.walWait());
    }

    @Test
    void aPushRequestTakesOnlyTimesThatPass() {
        BackupPushRequest.Builder builder = BackupPushRequest.builder(Path.of("/srv/pg"));
        ArchiveConfigTest.refused("PT0S", () -> builder.walWait(Duration.ZERO));
        ArchiveConfigTest.refused("PT-1S", () -> builder.walWait(Duration.ofSeconds(-1)));
        BackupPushRequest request = builder.withoutWalWait()
                .mode(Mode.OFFLINE)
                .configurationFiles(ConfigurationFiles.LEAVE_OUT)
                .checkpoint(Checkpoint.SPREAD)
                .build();
        assertEquals(Optional.empty(), request.walWait());
        assertEquals(Mode.OFFLINE, request.mode());
        assertEquals(ConfigurationFiles.LEAVE_OUT, request.configurationFiles());
        assertEquals(Checkpoint.SPREAD, request.checkpoint());
    }
}
