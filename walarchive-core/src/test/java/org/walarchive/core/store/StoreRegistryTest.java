package org.walarchive.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.ArchiveConfig;
import org.walarchive.ConfigurationException;
import org.walarchive.StoreAccessException;
import org.walarchive.WalArchive;
import org.walarchive.store.BlobStore;
import org.walarchive.store.BlobStoreProvider;
import org.walarchive.store.StoreException;
import org.walarchive.store.StoreException.Kind;
import org.walarchive.store.StoreLocation;
import org.walarchive.store.StoreSettings;
import org.walarchive.store.tck.MemoryBlobStore;

final class StoreRegistryTest {

    @TempDir
    Path directory;

    /** Opens stores in memory for some schemes; refuses when the settings say so. */
    public abstract static class TestProvider implements BlobStoreProvider {

        private final String scheme;

        TestProvider(String scheme) {
            this.scheme = scheme;
        }

        @Override
        public Set<String> schemes() {
            return Set.of(scheme);
        }

        @Override
        public BlobStore open(StoreLocation location, StoreSettings settings) throws StoreException {
            Optional<String> kind = settings.get("FAIL");
            if (kind.isPresent()) {
                throw new StoreException(Kind.valueOf(kind.get()), "no setting TEST_KEY", "Set TEST_KEY.", null);
            }
            return MemoryBlobStore.create();
        }
    }

    public static final class Alone extends TestProvider {
        public Alone() {
            super("alone");
        }
    }

    public static final class Twin extends TestProvider {
        public Twin() {
            super("twin");
        }
    }

    public static final class OtherTwin extends TestProvider {
        public OtherTwin() {
            super("twin");
        }
    }

    public static final class Broken extends TestProvider {
        public Broken() {
            super("broken");
            throw new IllegalStateException("broken");
        }
    }

    private ArchiveConfig.Builder config(String location, String... providers) throws Exception {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.write(services.resolve(BlobStoreProvider.class.getName()), List.of(providers));
        return ArchiveConfig.builder(location).classLoader(loader(directory));
    }

    private static ClassLoader loader(Path directory) throws MalformedURLException {
        return new URLClassLoader(new URL[] {directory.toUri().toURL()}, StoreRegistryTest.class.getClassLoader()) {
            /** As if the class's superclass were of another version of its library. */
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.equals("com.example.Unlinkable")) {
                    throw new NoClassDefFoundError("com/example/Gone");
                }
                return super.findClass(name);
            }
        };
    }

    @Test
    void findsTheProviderOfTheScheme() throws Exception {
        ArchiveConfig config = config("ALONE://x/y", Alone.class.getName(), Twin.class.getName())
                .build();
        try (BlobStore store = StoreRegistry.open(config)) {
            assertInstanceOf(MemoryBlobStore.class, store);
        }
    }

    @Test
    void findsTheFileStoreWithoutAnyHelp() throws Exception {
        try (BlobStore store = StoreRegistry.open(
                ArchiveConfig.builder("file://localhost" + directory).build())) {
            assertEquals("org.walarchive.store.file", store.getClass().getPackageName());
        }
    }

    @Test
    void theContextClassLoaderIsAskedWhereOursHasNone() throws Exception {
        ArchiveConfig given = config("alone://x/y", Alone.class.getName()).build();
        ArchiveConfig none = ArchiveConfig.builder("alone://x/y").build();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(given.classLoader().orElseThrow());
        try (BlobStore store = StoreRegistry.open(none)) {
            assertInstanceOf(MemoryBlobStore.class, store);
            ArchiveConfig other = none.toBuilder().classLoader(before).build();
            assertThrows(ConfigurationException.class, () -> StoreRegistry.open(other));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void theProviderGivenWins() throws Exception {
        List<StoreLocation> opened = new ArrayList<>();
        MemoryBlobStore store = MemoryBlobStore.create();
        BlobStoreProvider given = new BlobStoreProvider() {
            @Override
            public Set<String> schemes() {
                return Set.of("twin", "file");
            }

            @Override
            public BlobStore open(StoreLocation location, StoreSettings settings) {
                assertEquals(Optional.of("1"), settings.get("A"));
                opened.add(location);
                return store;
            }
        };
        for (String location : new String[] {"twin://x/y", "file://localhost/z"}) {
            ArchiveConfig config = config(location, Twin.class.getName(), OtherTwin.class.getName())
                    .storeProvider(given)
                    .storeSettings(StoreSettings.of(Map.of("A", "1")))
                    .build();
            assertSame(store, StoreRegistry.open(config));
        }
        assertEquals(List.of(StoreLocation.parse("twin://x/y"), StoreLocation.parse("file://localhost/z")), opened);
    }

    @Test
    void aProviderGivenThatDoesNotOpenTheSchemeIsAnError() throws Exception {
        ArchiveConfig config = config("twin://x", Twin.class.getName())
                .storeProvider(new Alone())
                .build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> StoreRegistry.open(config));
        assertEquals("the store provider given does not open scheme 'twin'", e.getMessage());
        assertTrue(
                e.detail().orElseThrow().contains(Alone.class.getName()),
                e.detail().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "s3, walarchive-store-s3",
        "wabs, walarchive-store-azure",
        "gs, walarchive-store-gcs",
        "swift, walarchive-store-swift",
        "ftp, a jar with a store for it"
    })
    void anUnknownSchemeIsToldWhatToAddAndWhatThereIs(String scheme, String artefact) throws Exception {
        ArchiveConfig config = config(scheme + "://x", Alone.class.getName()).build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> StoreRegistry.open(config));
        assertEquals("no store for scheme '" + scheme + "'", e.getMessage());
        String hint = e.hint().orElseThrow();
        assertTrue(hint.contains("Add " + artefact + " to the class path"), hint);
        assertTrue(hint.contains("alone (") && hint.contains("file ("), hint);
    }

    @ParameterizedTest
    @CsvSource({"fil, file", "files, file", "fiel, file", "aline, alone", "al0ne, alone", "laone, alone"})
    void aSchemeThatIsNearlyOneIsToldWhichWasMeant(String written, String meant) throws Exception {
        ArchiveConfig config = config(written + "://x", Alone.class.getName()).build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> StoreRegistry.open(config));
        String hint = e.hint().orElseThrow();
        assertTrue(hint.startsWith("Did you mean " + meant + "? If not: add a jar"), hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fi", "fixxe", "elif", "filler", "fli", "one", "s3"})
    void aSchemeThatIsNearNoneIsNotGuessed(String written) throws Exception {
        ArchiveConfig config = config(written + "://x", Alone.class.getName()).build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> StoreRegistry.open(config));
        assertTrue(e.hint().orElseThrow().startsWith("Add "), e.hint().orElseThrow());
    }

    @Test
    void twoProvidersOfOneSchemeAreAnErrorThatNamesBoth() throws Exception {
        ArchiveConfig config = config("twin://x", Twin.class.getName(), OtherTwin.class.getName())
                .build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> StoreRegistry.open(config));
        assertEquals("more than one store for scheme 'twin'", e.getMessage());
        String detail = e.detail().orElseThrow();
        assertTrue(detail.contains(Twin.class.getName() + " ("), detail);
        assertTrue(detail.contains(OtherTwin.class.getName() + " ("), detail);
    }

    @Test
    void providersThatFailToLoadAreSkipped() throws Exception {
        String[] providers = {
            "com.example.Gone",
            Broken.class.getName(),
            "com.example.Unlinkable",
            String.class.getName(),
            Alone.class.getName(),
            "com.example.GoneToo"
        };
        try (BlobStore store = StoreRegistry.open(config("alone://x", providers).build())) {
            assertInstanceOf(MemoryBlobStore.class, store);
        }
        ArchiveConfig config = config("broken://x", providers).build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> StoreRegistry.open(config));
        assertEquals("no store for scheme 'broken'", e.getMessage());
    }

    @Test
    void aLineThatIsNoClassNameSpoilsNothing() throws Exception {
        try (BlobStore store = StoreRegistry.open(
                config("file://localhost" + directory, "this is no name").build())) {
            assertEquals("org.walarchive.store.file", store.getClass().getPackageName());
        }
    }

    @Test
    void aStoreThatCannotBeOpenedIsAnErrorOfTheConfigurationOrOfTheStore() throws Exception {
        ArchiveConfig.Builder builder = config("alone://x", Alone.class.getName());
        ArchiveConfig wrong = builder.storeSettings(StoreSettings.of(Map.of("FAIL", "INVALID")))
                .build();
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> StoreRegistry.open(wrong));
        assertEquals("store at alone://x cannot be opened", e.getMessage());
        assertEquals("no setting TEST_KEY", e.detail().orElseThrow());
        assertEquals("Set TEST_KEY.", e.hint().orElseThrow());
        ArchiveConfig denied = builder.storeSettings(StoreSettings.of(Map.of("FAIL", "ACCESS_DENIED")))
                .build();
        assertEquals(
                Kind.ACCESS_DENIED,
                assertThrows(StoreAccessException.class, () -> StoreRegistry.open(denied))
                        .kind());
    }

    @Test
    void theEngineOpensTheArchiveAndClosesItsStore() throws Exception {
        MemoryBlobStore store = MemoryBlobStore.create();
        ArchiveConfig config = ArchiveConfig.builder("alone://x")
                .storeProvider(new TestProvider("alone") {
                    @Override
                    public BlobStore open(StoreLocation location, StoreSettings settings) {
                        return store;
                    }
                })
                .build();
        try (WalArchive archive = WalArchive.open(config)) {
            assertSame(archive.wal(), archive.wal());
            assertEquals(List.of(), archive.backups().list(org.walarchive.BackupService.ListDetail.NAMES));
        }
        assertThrows(IllegalStateException.class, () -> store.get("x"));
    }
}
