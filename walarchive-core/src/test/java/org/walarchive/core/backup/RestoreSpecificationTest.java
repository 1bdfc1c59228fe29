package org.walarchive.core.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.walarchive.ConfigurationException;
import org.walarchive.core.sentinel.Sentinel;

final class RestoreSpecificationTest {

    private static final List<Sentinel.Tablespace> TWO = List.of(
            new Sentinel.Tablespace("16384", "/old/a/", "pg_tblspc/16384"),
            new Sentinel.Tablespace("16385", "/old/b/", "pg_tblspc/16385"));

    @TempDir
    Path directory;

    private Map<String, String> read(String json) throws IOException, ConfigurationException {
        return RestoreSpecification.locations(Files.writeString(directory.resolve("spec"), json), TWO);
    }

    @Test
    void whatItDoesNotNameStays() throws Exception {
        assertEquals(Map.of("16384", "/old/a/", "16385", "/old/b/"), read("{}"));
        assertEquals(Map.of("16384", "/old/a/", "16385", "/new b"), read("{\"16385\": {\"loc\": \"/new b\"}}"));
    }

    @Test
    void aSpecificationOfWalEIsRead() throws Exception {
        assertEquals(Map.of("16384", "/x/", "16385", "/y/"), read("""
                        {"base_prefix": "/srv/data/", "tablespaces": ["16384", "16385"],
                         "16384": {"loc": "/x/", "link": "pg_tblspc/16384"},
                         "16385": {"loc": "/y/", "link": "pg_tblspc/16385"}}
                        """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|not a JSON object",
                "{\"16384\": {\"loc\": \"/x\"},}|line 1",
                "{\"16384\": {\"loc\": \"/x\"}} 1|line 1",
                "{\"16384\": \"/x\"}|\"16384\" is not an object",
                "{\"16384\": {}}|\"16384\" has no string \"loc\"",
                "{\"16384\": {\"loc\": 1}}|\"16384\" has no string \"loc\"",
                "{\"16384\": {\"loc\": \"/x\", \"lnk\": \"y\"}}|\"16384\" has \"lnk\"",
                "{\"16384\": {\"loc\": \"/x\", \"link\": \"16384\"}}|\"16384\" has the \"link\" \"16384\"",
                "{\"16384\": {\"loc\": \"/x\", \"link\": \"pg_tblspc/16385\"}}|it has to be \"pg_tblspc/16384\"",
                "{\"16834\": {\"loc\": \"/x\"}}|\"16834\", and the backup has no such tablespace",
                "{\"16384\": {\"loc\": \"/x\"}, \"16384\": {\"loc\": \"/y\"}}|16384",
                "{\"tablespaces\": \"16384\"}|\"tablespaces\" is not an array",
                "{\"tablespaces\": [16384]}|\"tablespaces\" holds 16384",
                "{\"tablespaces\": [\"16384\"]}|\"tablespaces\" lacks \"16385\"",
                "{\"tablespaces\": [\"16384\", \"16385\", \"1\"]}|\"tablespaces\" holds \"1\"",
                "{\"tablespaces\": [\"16384\", \"16384\"]}|\"16384\" twice",
                "{\"base_prefix\": 1}|\"base_prefix\" is not a string"
            })
    void aWrongOneNamesTheEntry(String json, String part) {
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> read(json));
        assertTrue(e.getMessage().contains(directory.resolve("spec").toString()), e.getMessage());
        assertTrue(e.detail().orElse("").contains(part), e.detail().orElse(""));
        assertTrue(e.hint().isPresent());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        ConfigurationException e = assertThrows(
                ConfigurationException.class, () -> RestoreSpecification.locations(directory.resolve("x"), TWO));
        assertEquals("Restore specification does not exist", e.getMessage());
        assertEquals("File not found: " + directory.resolve("x"), e.detail().orElse(""));
    }
}
