package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The model that the records are held against, on records of a few calls. */
class PowerCutTest {

    private static final Path FINAL = Path.of("/a/d/f");

    private final PowerCut model = new PowerCut();

    private void record(String... lines) {
        for (String line : lines) {
            model.apply(SystemCall.parse("17 " + line, Path.of("/work")).orElseThrow());
        }
    }

    private void write() {
        record(
                "mkdir(\"/a/d\", 0700)                 = 0",
                "openat(AT_FDCWD</work>, \"/a/t\", O_WRONLY|O_CREAT|O_EXCL, 0600) = 7</a/t>",
                "write(7</a/t>, \"\"..., 100) = 100");
    }

    @Test
    void whatIsSyncedNamedAndSyncedAgainIsDurable() {
        write();
        record("fsync(7</a/t>) = 0");
        assertTrue(model.isWhole(Path.of("/a/t")));
        record("link(\"/a/t\", \"/a/d/f\") = 0");
        assertFalse(model.isDurable(FINAL));
        record("fsync(8</a/d>) = 0");
        assertFalse(model.isDurable(FINAL), "the name of its directory is not");
        record("fsync(8</a>) = 0");
        assertTrue(model.isDurable(FINAL));
        record("unlink(\"/a/t\") = 0");
        assertEquals(List.of(Path.of("/a/t")), model.unsettled(Path.of("/a")));
    }

    @Test
    void whatWasNotSyncedIsNotWhole() {
        write();
        record("rename(\"/a/t\", \"/a/d/f\") = 0", "fsync(8</a/d>) = 0", "fsync(8</a>) = 0");
        assertFalse(model.isWhole(FINAL));
        assertFalse(model.isDurable(FINAL));
        record("fsync(7</a/d/f>) = 0");
        assertTrue(model.isDurable(FINAL));
        record("pwrite64(7</a/d/f>, \"\"..., 1, 0) = 1");
        assertFalse(model.isDurable(FINAL));
    }

    @Test
    void whatIsDeletedMayComeBackUntilTheDirectoryIsSynced() {
        whatIsSyncedNamedAndSyncedAgainIsDurable();
        record("unlinkat(9</a/d>, \"f\", 0) = 0");
        assertTrue(model.mayBeThere(FINAL));
        record("fsync(8</a/d>) = 0");
        assertFalse(model.mayBeThere(FINAL));
    }
}
