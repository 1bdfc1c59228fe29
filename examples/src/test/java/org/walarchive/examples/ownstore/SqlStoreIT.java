package org.walarchive.examples.ownstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.store.BlobContent;
import org.walarchive.store.BlobSource;
import org.walarchive.store.BlobStore;
import org.walarchive.store.PutMode;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.BlobStoreContract;

/** The contract of stores, and one thing more: damage in the tables. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class SqlStoreIT extends BlobStoreContract {

    private static Vault vault;

    @BeforeAll
    static void start() {
        vault = new Vault();
        vault.create("archive");
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    @BeforeEach
    void empty() {
        vault.server().execute("TRUNCATE archive.blob, archive.chunk");
    }

    @Override
    protected BlobStore open() throws StoreException {
        return open("sql://archive/main/server");
    }

    @Override
    protected BlobStore openWithoutContainer() throws StoreException {
        return open("sql://nowhere/main");
    }

    private static BlobStore open(String location) throws StoreException {
        return new SqlStoreProvider(11).open(StoreLocation.parse(location), StoreSettings.of(vault.settings()));
    }

    @Test
    void whatWasDamagedIsNotDelivered() throws IOException {
        vault.create("damaged");
        try (BlobStore store = open("sql://damaged/main")) {
            for (String key : List.of("bit", "chunk", "first")) {
                store.put(key, BlobSource.of(new byte[3_000_000]), PutMode.OVERWRITE);
            }
            vault.server()
                    .execute(
                            "ALTER TABLE damaged.chunk DROP CONSTRAINT chunk_check",
                            "UPDATE damaged.chunk SET content = set_byte(content, 5, 1) WHERE number = 1 AND id = 1",
                            "DELETE FROM damaged.chunk WHERE number = 2 AND id = 2",
                            "UPDATE damaged.chunk SET content = set_byte(content, 5, 1) WHERE number = 0 AND id = 3");
            for (String key : List.of("bit", "chunk", "first")) {
                try (BlobContent content = store.get(key)) {
                    StoreException failure = assertThrows(
                            StoreException.class, () -> content.stream().readAllBytes());
                    assertEquals(StoreException.Kind.CORRUPT, failure.kind(), failure::toString);
                    assertThrows(StoreException.class, () -> content.stream().read(), "who reads on gets nothing");
                }
            }
        }
    }

    @Test
    void whatTheServerRefusesIsCorruptAndNotQuoted() throws IOException {
        vault.create("refusing");
        vault.server().execute("ALTER TABLE refusing.chunk ADD CHECK (content <> '\\x736563726574')");
        try (BlobStore store = open("sql://refusing/main")) {
            BlobSource secret = BlobSource.of("secret".getBytes(StandardCharsets.UTF_8));
            StoreException failure =
                    assertThrows(StoreException.class, () -> store.put("key", secret, PutMode.OVERWRITE));
            assertEquals(StoreException.Kind.CORRUPT, failure.kind(), failure::toString);
            assertFalse(failure.getMessage().contains("736563726574"), failure::toString);
        }
    }

    @Test
    void aDatabaseThatIsNotThereMayComeBack() throws IOException {
        StoreSettings settings = StoreSettings.of(Map.of("SQL_STORE_URL", "jdbc:postgresql://127.0.0.1:1/x"));
        try (BlobStore store = new SqlStoreProvider().open(StoreLocation.parse("sql://archive"), settings)) {
            StoreException failure = assertThrows(StoreException.class, () -> store.get("a"));
            assertEquals(StoreException.Kind.UNAVAILABLE, failure.kind(), failure::toString);
        }
    }
}
