package org.walarchive.cli.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A home directory of GnuPG, of the user that programs run as, with an agent that ends when it is closed. */
public final class GpgHome implements AutoCloseable {

    private final Path directory;

    private GpgHome(Path directory) {
        this.directory = directory;
    }

    /** Makes one with the keys of files, private or public. */
    public static GpgHome of(Path... files) {
        Tools.require("gpg");
        try {
            // A short path: the agent's socket is in it, and such a name has 108 bytes at most.
            Path directory = Ground.open(Files.createTempDirectory(Path.of("/tmp"), "wa"));
            Program.of(Path.of("/bin/chmod")).run("700", directory.toString()).requireExit(0);
            GpgHome home = new GpgHome(directory);
            for (Path file : files) {
                Path copy = Ground.open(Files.createTempDirectory("wa")).resolve("key");
                Ground.copy(file, copy);
                home.with(Tools.require("gpg"))
                        .run("--batch", "--quiet", "--import", copy.toString())
                        .requireExit(0);
                Ground.delete(copy.getParent());
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a program use it. */
    public Program with(Program program) {
        return program.with("GNUPGHOME", directory.toString());
    }

    @Override
    public void close() {
        with(Tools.require("gpgconf")).run("--kill", "all").requireExit(0);
        // The agents' sockets vanish while they end.
        for (int attempt = 0; attempt < 100 && Files.exists(directory); attempt++) {
            try {
                Ground.delete(directory);
            } catch (UncheckedIOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }
}
