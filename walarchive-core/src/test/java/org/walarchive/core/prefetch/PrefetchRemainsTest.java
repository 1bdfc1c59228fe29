package org.walarchive.core.prefetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.walarchive.core.prefetch.Recovery.segment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.spool.SpoolLock;

@Timeout(60)
final class PrefetchRemainsTest {

    @TempDir
    Path directory;

    private Recovery recovery;
    private PrefetchArea area;
    private List<String> left;

    @BeforeEach
    void leave() throws Exception {
        recovery = new Recovery(directory).archive(1, 1, 3);
        area = PrefetchArea.of(recovery.fixture.archive(), recovery.wal).orElseThrow();
        area.make();
        new SegmentDownload(recovery.fixture.archive(), area).run(segment(1, 1));
        Files.writeString(recovery.area().resolve("." + segment(1, 2) + ".tmp"), "a part");
        left = recovery.names();
        assertEquals(3, left.size());
    }

    private void remove() {
        PrefetchRemains.remove(recovery.wal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"recovery.signal", "postmaster.pid"})
    void goWhereNoServerRecovers(String missing) throws Exception {
        recovery.server();
        remove();
        assertEquals(left, recovery.names());
        Files.delete(recovery.wal.resolveSibling(missing));
        remove();
        assertFalse(Files.exists(recovery.area()));
        remove();
    }

    @Test
    void stayWhereThatCannotBeTold() throws Exception {
        remove();
        assertEquals(left, recovery.names());
    }

    @Test
    void stayWhileSomebodyFillsTheArea() throws Exception {
        recovery.server();
        Files.delete(recovery.wal.resolveSibling("recovery.signal"));
        try (SpoolLock lock = area.tryLock().orElseThrow()) {
            remove();
            assertEquals(left, recovery.names());
            assertTrue(lock.isInPlace());
        }
        remove();
        assertEquals(List.of(), recovery.names());
    }
}
