package org.walarchive.cli.interop;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.walarchive.core.testing.PostgresServer;

/** With an archive in WAL-G's layout that is written here, for machines without WAL-G. */
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class WalGLayoutIT extends WalGMigration {

    private String extension = "lz4";

    @Override
    String archiveCommand(Path archive) {
        return WalGWriter.archiveCommand(archive);
    }

    @Override
    String backup(PostgresServer server, Path archive) throws Exception {
        String name = new WalGWriter(server, archive, extension).backup();
        extension = "lzma";
        return name;
    }

    @Override
    void finish(Path archive) throws Exception {
        WalGWriter.compressWal(archive);
    }
}
