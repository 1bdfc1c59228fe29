package org.walarchive.core.check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No release is asked for what it does not have: the whole check of the server would fail. */
final class BackupRightTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "90503 | SELECT rolsuper FROM pg_roles ",
                "90600 | 'pg_catalog.pg_start_backup(text, boolean, boolean)'",
                "140010 | 'pg_catalog.pg_start_backup(text, boolean, boolean)'",
                "150000 | 'pg_catalog.pg_backup_start(text, boolean)'",
                "180001 | 'pg_catalog.pg_backup_start(text, boolean)'",
            },
            quoteCharacter = '"')
    void eachReleaseIsAskedForWhatItHas(int version, String part) {
        assertTrue(
                BackupRight.of(version).question().contains(part),
                BackupRight.of(version).question());
    }
}
