package org.walarchive.cli.interop;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.walarchive.core.testing.PostgresServer;

/** With WAL-G itself, where it is installed: first an lz4 backup of two partitions and more, then a brotli one. */
final class WalGMigrationIT extends WalGMigration {

    private static final Pattern NAME = Pattern.compile("Wrote backup with name (base_[0-9A-F]{24})");

    private Program walG;
    private String method = "lz4";

    @BeforeEach
    void find() {
        walG = Tools.require("wal-g");
    }

    private Program on(Path archive) {
        return walG.with("WALG_FILE_PREFIX", archive.toString())
                .with("WALG_TAR_SIZE_THRESHOLD", "8000000")
                .with("WALG_COMPRESSION_METHOD", method);
    }

    @Override
    String archiveCommand(Path archive) {
        return on(archive).shell("wal-push \"%p\"");
    }

    @Override
    String backup(PostgresServer server, Path archive) {
        Run run = on(archive)
                .with("PGHOST", server.socketDirectory().toString())
                .with("PGPORT", Integer.toString(PostgresServer.PORT))
                .with("PGUSER", PostgresServer.SUPERUSER)
                .run("backup-push", server.dataDirectory().toString())
                .requireExit(0);
        Matcher name = NAME.matcher(run.log());
        if (!name.find()) {
            throw new AssertionError(run.toString());
        }
        method = "brotli";
        return name.group(1);
    }
}
