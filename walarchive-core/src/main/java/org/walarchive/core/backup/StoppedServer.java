package org.walarchive.core.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.walarchive.ArchiveException;
import org.walarchive.LocalFileException;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.server.WalDirectory;
import org.walarchive.core.tar.Member;
import org.walarchive.core.tar.MemberAttributes;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalSegmentName;
import org.walarchive.postgres.WalSegmentSize;

/**
 * A base backup of a server that was shut down cleanly. It begins and ends at the shutdown checkpoint, and holds the
 * segment of that checkpoint itself: nobody archives it while the server is stopped.
 */
final class StoppedServer implements BackupSession {

    /** A checkpoint record is shorter; one that begins so near the end of a segment may go on in the next. */
    private static final int CHECKPOINT_RECORD_BYTES = 512;

    private final Path data;
    private final ControlFile control;
    private final int majorVersion;

    private StoppedServer(Path data, ControlFile control, int majorVersion) {
        this.data = data;
        this.control = control;
        this.majorVersion = majorVersion;
    }

    /** Checks that the server is stopped, and was stopped cleanly. */
    static StoppedServer open(Path data) throws ArchiveException {
        requireStopped(data);
        try {
            ControlFile control = ControlFile.read(data);
            if (control.state() == ControlFile.State.SHUT_DOWN_IN_RECOVERY) {
                throw new LocalFileException(
                        "the server in " + data + " is a standby",
                        "A standby that is stopped does not hold all the WAL that it needs to become consistent.",
                        "Take the backup while the standby runs, or of the primary.");
            }
            if (control.state() != ControlFile.State.SHUT_DOWN) {
                throw new LocalFileException(
                        "the server in " + data + " was not shut down cleanly",
                        "pg_control says: " + control.state() + ".",
                        "Start the server and stop it again, or take the backup while it runs.");
            }
            return new StoppedServer(
                    data,
                    control,
                    majorVersion(Files.readString(data.resolve("PG_VERSION")).trim()));
        } catch (IOException e) {
            throw unreadable(data, e);
        }
    }

    private static void requireStopped(Path data) throws LocalFileException {
        if (DataDirectory.hasServer(data)) {
            throw new LocalFileException(
                    "while_offline set, but pg looks to be running",
                    "There is " + data.resolve("postmaster.pid") + ".",
                    "Shut the server down, or take the backup without --while-offline.");
        }
    }

    private static int majorVersion(String text) throws LocalFileException {
        String[] parts = text.split("\\.");
        try {
            int first = Integer.parseInt(parts[0]);
            return first >= 10 ? first * 10_000 : first * 10_000 + Integer.parseInt(parts[1]) * 100;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new LocalFileException("PG_VERSION holds \"" + text + "\", which is no version", null, null, e);
        }
    }

    static LocalFileException unreadable(Path data, IOException e) {
        return new LocalFileException(
                "data directory " + data + " cannot be read",
                e.toString(),
                "Does the command run as the user that owns it?",
                e);
    }

    @Override
    public SystemIdentifier systemIdentifier() {
        return control.systemIdentifier();
    }

    @Override
    public Start begin() {
        String version = majorVersion >= 100_000
                ? Integer.toString(majorVersion / 10_000)
                : majorVersion / 10_000 + "." + majorVersion / 100 % 100;
        return new Start(
                majorVersion,
                "PostgreSQL " + version,
                control.timeline(),
                control.redo(),
                control.walSegmentSize(),
                BackupRecord.Source.OFFLINE);
    }

    @Override
    public void check() throws ArchiveException {
        requireStopped(data);
    }

    @Override
    public Stop end() throws ArchiveException, IOException {
        requireStopped(data);
        ControlFile last = ControlFile.read(data);
        if (!last.checkpoint().equals(control.checkpoint()) || last.state() != control.state()) {
            throw new LocalFileException(
                    "the server in " + data + " was started during the backup",
                    null,
                    "Keep it stopped, or take the backup without --while-offline.");
        }
        List<Member> members = new ArrayList<>();
        WalSegmentSize size = control.walSegmentSize();
        WalSegmentName first = WalSegmentName.containing(control.timeline(), control.redo(), size);
        WalSegmentName end = WalSegmentName.containing(
                control.timeline(), control.checkpoint().plus(CHECKPOINT_RECORD_BYTES), size);
        for (WalSegmentName name = first; name.compareTo(end) <= 0; name = name.next(size)) {
            Optional<Member> member = segment(name);
            if (member.isPresent()) {
                members.add(member.get());
            } else if (name.equals(first)) {
                throw new LocalFileException(
                        "WAL segment " + name + " of the last checkpoint is not in " + data, null, null);
            }
        }
        members.add(new Member.MemoryFile(
                "global/pg_control", last.bytes(), MemberAttributes.of(data.resolve("global/pg_control"))));
        return new Stop(control.redo(), members, Optional.empty());
    }

    private Optional<Member> segment(WalSegmentName name) throws ArchiveException, IOException {
        String directory = WalDirectory.name(majorVersion);
        Path file = data.resolve(directory).resolve(name.toString());
        return Files.isRegularFile(file)
                ? Optional.of(new Member.DiskFile(
                        directory + "/" + name, file.toRealPath(), Files.size(file), MemberAttributes.of(file)))
                : Optional.empty();
    }

    @Override
    public void close() {}
}
