package org.walarchive.core.verify;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** The text that names the server's version. Nothing reads it but people. */
final class VersionText {

    private static final int MAX_BYTES = 1 << 16;
    private static final Pattern SYNTAX =
            Pattern.compile("PostgreSQL ([0-9]{1,2})\\P{Cntrl}+(\nwalarchive claim [0-9a-f-]{36}\n)?");

    private VersionText() {}

    private static @Nullable String fault(String text, Optional<Integer> recorded) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches() || recorded.isPresent() && matcher.group(2) == null) {
            return "it is not the text that a backup begins with";
        }
        int major = Integer.parseInt(matcher.group(1));
        return recorded.isPresent() && recorded.get() / 10_000 != major
                ? "it names PostgreSQL " + major + ", and the sentinel records version " + recorded.get()
                : null;
    }

    static void check(ArchiveStore archive, BackupFacts backup, FindingLog findings)
            throws ArchiveException, StoreException {
        String key = ArchiveLayout.version(backup.objects().name());
        String fault;
        try {
            String text = new String(archive.read(key, MAX_BYTES), StandardCharsets.UTF_8);
            fault = fault(text, backup.record().map(BackupRecord::serverVersion));
        } catch (CorruptArchiveException e) {
            fault = e.getMessage();
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
            fault = "it was listed, and is gone";
        }
        if (fault != null) {
            findings.warning(key, fault, "A restore does not need it.");
        }
    }
}
