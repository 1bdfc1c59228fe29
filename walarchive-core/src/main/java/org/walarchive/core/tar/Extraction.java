package org.walarchive.core.tar;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.walarchive.CorruptArchiveException;
import org.walarchive.LocalFileException;

/** The extraction of one archive into a tree. */
final class Extraction {

    /** The most bytes of a file that is rewritten. */
    private static final int MAX_REWRITTEN_BYTES = 1 << 20;

    private static final String LOST_LINK = "a symbolic link, and WAL-G does not store where it leads";

    private final String archive;
    private final TarDialect dialect;
    private final TarReader tar;
    private final TargetDirectories directories;
    private final TargetOwners owners;
    private final Map<String, TarEntry.Type> claimed;
    private final Allowance allowance;
    private final RestoreOptions options;

    private final List<String> claims = new ArrayList<>();
    private final List<RestoreTree.Link> links = new ArrayList<>();
    private int members;
    private long contentBytes;
    private long takenBytes;

    Extraction(
            String archive,
            InputStream tar,
            TarDialect dialect,
            TargetDirectories directories,
            TargetOwners owners,
            Map<String, TarEntry.Type> claimed,
            Allowance allowance,
            RestoreOptions options) {
        this.archive = archive;
        this.dialect = dialect;
        this.tar = new TarReader(tar, dialect.end());
        this.directories = directories;
        this.owners = owners;
        this.claimed = claimed;
        this.allowance = allowance;
        this.options = options;
    }

    /** Extracts all; links are added to the given ones once everything else is durable. */
    RestoreTree.Extracted run(Collection<RestoreTree.Link> deferred)
            throws CorruptArchiveException, LocalFileException, IOException {
        boolean done = false;
        try (TargetFiles files = new TargetFiles(owners)) {
            try {
                for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
                    member(entry.get(), dialect.nameOf(entry.get()), files);
                }
                files.force();
                deferred.addAll(links);
                done = true;
            } finally {
                if (!done) {
                    files.takeBack();
                    claims.forEach(claimed::remove);
                    claims.forEach(allowance::giveBackName);
                    links.forEach(link -> allowance.giveBackLink(link.entry()));
                    allowance.giveBackContent(takenBytes);
                }
            }
        } catch (TarFormatException e) {
            throw new CorruptArchiveException(
                    "tar archive '" + archive + "' cannot be extracted", e.getMessage(), null, e);
        }
        return new RestoreTree.Extracted(members, contentBytes);
    }

    private void member(TarEntry entry, String name, TargetFiles files)
            throws CorruptArchiveException, LocalFileException, IOException {
        if (dialect.superseded().contains(name)) {
            return;
        }
        Optional<String> reason = dialect.isLostLink(entry, name) ? Optional.of(LOST_LINK) : reasonToLeaveOut(name);
        if (reason.isPresent()) {
            options.listener().treated(name, "not restored: " + reason.get());
            return;
        }
        members++;
        switch (entry.type()) {
            case DIRECTORY -> directories.put(name, entry.attributes());
            case FILE -> file(entry, name, files);
            case SYMBOLIC_LINK -> symbolicLink(entry, name);
            case HARD_LINK -> {
                MemberNames.checked(entry.linkName());
                defer(entry, name);
            }
            case FIFO -> {
                members--;
                options.listener().treated(name, "not restored: a FIFO");
            }
            case DEVICE -> throw refused(name, "it is a device");
        }
    }

    private Optional<String> reasonToLeaveOut(String name) throws LocalFileException {
        if (options.leftOut().contains(name)) {
            return Optional.of("it is not for a restored server");
        }
        if (ScanRules.isSpool(name)) {
            return Optional.of("what was archived or fetched elsewhere, and by which agent, means nothing here");
        }
        // where the tablespace's directory was named by the backup alone, this could be anybody's configuration
        Optional<String> tablespace = ScanRules.besideTablespace(name);
        return tablespace.isPresent() && Files.isSymbolicLink(directories.path(tablespace.get()))
                ? Optional.of("no server keeps it in the directory of a tablespace")
                : Optional.empty();
    }

    private void symbolicLink(TarEntry entry, String name) throws CorruptArchiveException, LocalFileException {
        if (ScanRules.WAL_DIRECTORIES.contains(name)) {
            MemberAttributes ownerOnly = entry.attributes().withMode(0700);
            directories.put(name, ownerOnly);
            options.listener()
                    .treated(name, "restored as an empty directory: a symbolic link to '" + entry.linkName() + "'");
        } else {
            defer(entry, name);
        }
    }

    private void defer(TarEntry entry, String name) throws CorruptArchiveException, LocalFileException {
        if (RestoreTree.isPgControl(name) || options.rewrites().containsKey(name)) {
            throw refused(name, "it is a link");
        }
        if (entry.linkName().isEmpty() || entry.linkName().indexOf('\0') >= 0) {
            throw refused(name, "it is a link to nothing");
        }
        claim(name, entry.type());
        directories.ensure(MemberNames.parent(name));
        allowance.takeLink(entry);
        links.add(new RestoreTree.Link(name, entry));
    }

    private void file(TarEntry entry, String name, TargetFiles files)
            throws CorruptArchiveException, LocalFileException, IOException {
        claim(name, entry.type());
        allowance.takeContent(entry.sizeBytes());
        takenBytes += entry.sizeBytes();
        String meanwhile = RestoreTree.meanwhile(name);
        if (!meanwhile.equals(name)) {
            claim(meanwhile, entry.type());
        }
        directories.ensure(MemberNames.parent(name));
        Path path = directories.path(meanwhile);
        UnaryOperator<byte[]> rewrite = options.rewrites().get(name);
        if (rewrite == null) {
            contentBytes += files.write(path, entry.attributes(), tar::read);
        } else {
            byte[] content = rewrite.apply(content(entry, name));
            files.write(path, entry.attributes(), new ByteArrayInputStream(content)::read);
            contentBytes += entry.sizeBytes();
        }
    }

    private byte[] content(TarEntry entry, String name) throws CorruptArchiveException, IOException {
        if (entry.sizeBytes() > MAX_REWRITTEN_BYTES) {
            throw refused(name, "it has " + entry.sizeBytes() + " bytes, more than such a file can have");
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[TarHeaders.RECORD_BYTES];
        for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
            content.write(buffer, 0, n);
        }
        return content.toByteArray();
    }

    private void claim(String name, TarEntry.Type type) throws CorruptArchiveException, LocalFileException {
        allowance.takeName(name);
        if (directories.contains(name)) {
            throw refused(name, "it is a directory as well");
        }
        if (claimed.putIfAbsent(name, type) != null) {
            throw refused(name, "there is more than one member of that name");
        }
        claims.add(name);
    }

    private CorruptArchiveException refused(String name, String reason) {
        return new CorruptArchiveException(
                "member '" + name + "' of '" + archive + "' is refused",
                reason,
                "The archive was not made by a backup.");
    }
}
