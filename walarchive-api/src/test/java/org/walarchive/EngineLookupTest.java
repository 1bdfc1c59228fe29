package org.walarchive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.walarchive.agent.AgentStatus;
import org.walarchive.spi.EngineProvider;

/** Where the engine is looked for. Of its own, this module has none. */
final class EngineLookupTest {

    private static final ArchiveConfig CONFIG =
            ArchiveConfig.builder("file://localhost/srv/archive").build();

    @TempDir
    private Path directory;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    /** An engine that says so, as a failure. */
    public static final class Engine implements EngineProvider {

        /** For ServiceLoader. */
        public Engine() {}

        @Override
        public WalArchive open(ArchiveConfig config) throws ArchiveException {
            throw new ConflictException("this engine was found", null, null);
        }

        @Override
        public AgentStatus agentStatus(Path directory) throws ArchiveException {
            throw new ConflictException("this engine was found", null, null);
        }

        @Override
        public void limitClusterReads(Path directory, ReadRateLimit limit) {}
    }

    @AfterEach
    void resetLoader() {
        Thread.currentThread().setContextClassLoader(before);
    }

    private ClassLoader naming(String engine) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(EngineProvider.class.getName()), engine);
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }

    private static String failure() {
        return assertThrows(ArchiveException.class, () -> WalArchive.open(CONFIG))
                .getMessage();
    }

    @Test
    void noneIsAFailureThatNamesTheJar() {
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> WalArchive.open(CONFIG));
        assertEquals("no engine found", e.getMessage());
        assertTrue(e.hint().orElseThrow().contains("walarchive-core"), e.hint().orElseThrow());
    }

    @Test
    void theContextClassLoaderIsAskedWhereOursHasNone() throws IOException {
        Thread.currentThread().setContextClassLoader(naming(Engine.class.getName()));
        assertEquals("this engine was found", failure());
        assertThrows(ConflictException.class, () -> WalArchive.agentStatus(directory));
    }

    @Test
    void withoutAContextClassLoaderThereIsStillAFailureOfOurs() {
        Thread.currentThread().setContextClassLoader(null);
        assertEquals("no engine found", failure());
    }

    @Test
    void aClassLoaderThatIsGivenIsTheOnlyOne() throws IOException {
        ClassLoader naming = naming(Engine.class.getName());
        ArchiveConfig given = CONFIG.toBuilder().classLoader(naming).build();
        assertThrows(ConflictException.class, () -> WalArchive.open(given));

        Thread.currentThread().setContextClassLoader(naming);
        ArchiveConfig other =
                CONFIG.toBuilder().classLoader(getClass().getClassLoader()).build();
        assertEquals(
                "no engine found",
                assertThrows(ConfigurationException.class, () -> WalArchive.open(other))
                        .getMessage());
    }

    @Test
    void anEngineThatCannotBeLoadedIsAFailureOfOurs() throws IOException {
        Thread.currentThread().setContextClassLoader(naming(EngineLookupTest.class.getName()));
        assertEquals("the engine cannot be loaded", failure());
    }
}
