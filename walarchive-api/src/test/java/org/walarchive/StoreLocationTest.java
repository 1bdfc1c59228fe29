package org.walarchive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.store.StoreLocation;

final class StoreLocationTest {

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/some/dir, s3, bucket, some/dir/, s3://bucket/some/dir",
        "s3://bucket/some/dir/, s3, bucket, some/dir/, s3://bucket/some/dir",
        "S3://Bucket, s3, Bucket, '', s3://Bucket",
        "s3://bucket/, s3, bucket, '', s3://bucket",
        "file://localhost/srv/archive, file, localhost, srv/archive/, file://localhost/srv/archive",
        "file:///srv, file, '', srv/, file:///srv",
        "s3://b//x, s3, b, x/, s3://b/x",
        "wabs://c/a b/é, wabs, c, a b/é/, wabs://c/a b/é",
    })
    void readsLocations(String text, String scheme, String container, String path, String written) {
        StoreLocation location = StoreLocation.parse(text);
        assertEquals(scheme, location.scheme());
        assertEquals(container, location.container());
        assertEquals(path, location.path());
        assertEquals(written, location.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/srv", "bucket", "s3:bucket", "s3:/bucket/x", "://x/y", "3s://x", "s3 ://b"})
    void refusesWhatIsNoLocation(String text) {
        assertThrows(IllegalArgumentException.class, () -> StoreLocation.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://b/x?a=1", "s3://b/x#y", "s3://b/?"})
    void refusesQueriesAndFragments(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> StoreLocation.parse(text))
                .getMessage();
        assertTrue(message.contains("query or fragment"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://user:geheim@b/x", "s3://geheim@b", "user:geheim@b/x"})
    void refusesUserInformationWithoutRepeatingIt(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> StoreLocation.parse(text))
                .getMessage();
        assertFalse(message.contains("geheim"), message);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("s3:/@?#.-+ aé\n")
                .ofMaxLength(20)
                .filter(text -> !text.endsWith("//"));
    }

    @Example
    void aLineEndIsPartOfTheName() {
        assertEquals("s/\n/", StoreLocation.parse("s3://b/s/\n").path());
    }

    @Property(tries = 2000)
    void whatIsReadIsWrittenAndReadAgain(@ForAll @From("texts") String rest) {
        StoreLocation location;
        try {
            location = StoreLocation.parse("s3://" + rest);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertTrue(location.path().isEmpty() || location.path().endsWith("/"));
        assertFalse(location.path().startsWith("/"));
        assertFalse(location.container().contains("@"));
        assertEquals(
                location.container(), StoreLocation.parse(location.toString()).container());
        assertEquals(location.path(), StoreLocation.parse(location.toString()).path());
    }
}
