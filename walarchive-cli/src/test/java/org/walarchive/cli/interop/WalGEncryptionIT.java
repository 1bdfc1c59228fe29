package org.walarchive.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.walarchive.core.testing.OrdinaryUser;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;

/** Encrypted WAL segments of WAL-G's are read by us, and ours by WAL-G, where WAL-G is installed. */
final class WalGEncryptionIT {

    private static final Path KEYS = Path.of("src/test/resources/wal-e/gpg/key").toAbsolutePath();
    private static final String KEY_ID = "D9E860722127DF061A49BA321C4EE2DE4253A745";

    @TempDir
    private Path directory;

    private Program walG;
    private Program walarchive;
    private Path segment;
    private Path privateKey;

    @BeforeEach
    void makeASegment() throws IOException {
        Ground.open(directory);
        Path archive = Files.createDirectory(directory.resolve("archive"));
        OrdinaryUser.give(archive);
        Path publicKey = Ground.copy(KEYS.resolve("public.asc"), directory.resolve("public.asc"));
        privateKey = Ground.copy(KEYS.resolve("private.asc"), directory.resolve("private.asc"));
        walG = Tools.require("wal-g").with("WALG_FILE_PREFIX", archive.toString());
        walarchive = Program.walarchive().on(archive).with("WALARCHIVE_GPG_PROGRAM", "none");
        try (PostgresServer server = PostgresServer.builder(PostgresVersion.V17).create()) {
            server.start();
            server.execute("CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 5000) i");
            String name = server.switchWal();
            Path wal = Files.createDirectories(directory.resolve("data/pg_wal"));
            segment = Files.copy(server.walDirectory().resolve(name), wal.resolve(name));
            OrdinaryUser.give(directory.resolve("data"));
        }
        walG = walG.with("WALG_PGP_KEY_PATH", publicKey.toString());
        walarchive = walarchive.with("WALARCHIVE_PGP_PUBLIC_KEYS", publicKey.toString());
    }

    private Path target() {
        return directory.resolve("data/fetched");
    }

    private void requireFetched() throws IOException {
        assertEquals(-1, Files.mismatch(segment, target()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd"})
    void weReadWalGs(String compression) throws IOException {
        walG.with("WALG_COMPRESSION_METHOD", compression)
                .run("wal-push", segment.toString())
                .requireExit(0);
        walarchive
                .with("WALARCHIVE_PGP_PRIVATE_KEYS", privateKey.toString())
                .run("wal-fetch", segment.getFileName().toString(), target().toString())
                .requireExit(0);
        requireFetched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd"})
    void walGReadsOurs(String compression) throws IOException {
        walarchive
                .with("WALE_GPG_KEY_ID", KEY_ID)
                .with("WALARCHIVE_COMPRESSION", compression)
                .run("wal-push", segment.toString())
                .requireExit(0);
        walG.with("WALG_PGP_KEY_PATH", privateKey.toString())
                .with("WALG_DOWNLOAD_CONCURRENCY", "1")
                .run("wal-fetch", segment.getFileName().toString(), target().toString())
                .requireExit(0);
        requireFetched();
    }
}
