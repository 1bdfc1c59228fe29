package org.walarchive.core.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.walarchive.LocalFileException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.sentinel.BackupRecord;
import org.walarchive.core.sentinel.Sentinel;
import org.walarchive.core.server.ControlFile;
import org.walarchive.core.verify.BackupFacts.Extent;
import org.walarchive.core.verify.BackupFacts.StoredPartition;
import org.walarchive.core.verify.RelationPages.WrongPages;
import org.walarchive.postgres.Lsn;
import org.walarchive.postgres.SystemIdentifier;
import org.walarchive.postgres.WalSegmentSize;
import org.walarchive.verification.BackupReport.State;

/** Puts together what the partitions of one backup hold, in any order, and judges the whole. */
final class BackupContent {

    private static final Pattern START =
            Pattern.compile("START WAL LOCATION: ([0-9A-F]{1,8}/[0-9A-F]{1,8}) \\(file ([0-9A-F]{24})\\)");
    private static final String RESTORE_ANOTHER = "Restore another backup, and take a new one.";

    private final BackupFacts facts;
    private final WalSegmentSize size;
    private Optional<SystemIdentifier> cluster = Optional.empty();
    private final FindingLog findings;
    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, List<WrongPages>> wrongPages = new HashMap<>();
    private final List<long[]> names = new ArrayList<>();
    private long contentBytes;
    private long moreFiles;
    private boolean unread;
    private @Nullable String notReadable;
    private @Nullable String damage;

    BackupContent(BackupFacts facts, WalSegmentSize size, FindingLog findings) {
        this.facts = facts;
        this.size = size;
        this.findings = findings;
    }

    /** Returns what to hold pages against; nothing where it is known already that they have no checksums. */
    synchronized @Nullable RelationPages pages() {
        byte[] control = files.get(ControlFile.PATH);
        boolean known = control != null && parse(control).isPresent();
        if (facts.extent().isEmpty() || known && !haveChecksums(parse(control).get())) {
            return null;
        }
        return new RelationPages(facts.extent().get().start());
    }

    private static boolean haveChecksums(ControlFile control) {
        return control.dataChecksumVersion() == 1 && control.blockSize() == RelationPages.PAGE_BYTES;
    }

    /** Takes what a partition holds. */
    synchronized void add(StoredPartition partition, PartitionLook.Content content) {
        String key = partition.blob().key();
        content.files().forEach((name, bytes) -> {
            files.put(name, bytes);
            keys.put(name, key);
        });
        if (!content.wrongPages().isEmpty()) {
            wrongPages.put(key, content.wrongPages());
        }
        moreFiles += content.moreFiles();
        contentBytes += content.contentBytes();
        if (facts.record().isEmpty()) {
            names.add(content.names());
        }
    }

    /** Notes that a partition is damaged. */
    synchronized void damaged(String key, String why) {
        findings.error(key, why, RESTORE_ANOTHER);
        if (damage == null) {
            damage = lastPart(key) + ": " + why;
        }
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /** Notes that a partition cannot be read here, where it may be whole. */
    synchronized void notReadableHere(String key, String why, @Nullable String hint) {
        findings.warning(key, why, hint);
        unread = true;
        if (notReadable == null) {
            notReadable = lastPart(key) + ": " + why;
        }
    }

    /** Notes that a partition could not be read, so that what is missing may be in it. */
    synchronized void unread(String key, String why) {
        findings.warning(key, why, null);
        unread = true;
    }

    /**
     * Judges the whole, once all partitions were added.
     *
     * @param archived the archive's cluster, where it is known
     */
    synchronized BackupFacts finish(Optional<SystemIdentifier> archived) {
        cluster = archived;
        if (damage == null && !unread && facts.partitions().size() > 0) {
            requireFiles();
        }
        tellPages();
        if (damage != null) {
            return facts.bad(State.DAMAGED, damage);
        }
        return notReadable == null ? facts : facts.bad(State.NOT_READABLE_HERE, notReadable);
    }

    private void requireFiles() {
        byte[] control = files.get(ControlFile.PATH);
        if (control == null) {
            missing(ControlFile.PATH);
        } else {
            control(control);
        }
        byte[] version = files.get("PG_VERSION");
        if (version == null) {
            missing("PG_VERSION");
        } else {
            version(new String(version, StandardCharsets.US_ASCII).strip());
        }
        label(files.get("backup_label"));
        if (!facts.isOfWalG()) {
            contentBytes(); // WAL-G's sum is of other things
        }
        names();
    }

    private void missing(String file) {
        damaged(
                ArchiveLayout.partitions(facts.objects().name()),
                "the backup has no " + file + ": no server can start on it");
    }

    private Optional<ControlFile> parse(byte[] bytes) {
        try {
            return Optional.of(ControlFile.parse(bytes));
        } catch (LocalFileException e) {
            return Optional.empty();
        }
    }

    private void control(byte[] bytes) {
        String key = keys.get(ControlFile.PATH);
        Optional<ControlFile> control = parse(bytes);
        if (control.isEmpty()) {
            damaged(key, "its " + ControlFile.PATH + " is damaged, or of an unknown release");
            return;
        }
        Optional<SystemIdentifier> expected =
                facts.sentinel().flatMap(Sentinel::systemIdentifier).or(() -> cluster);
        if (expected.isPresent() && !expected.get().equals(control.get().systemIdentifier())) {
            damaged(
                    key,
                    "its " + ControlFile.PATH + " is of cluster "
                            + control.get().systemIdentifier() + ", and the backup of cluster " + expected.get());
        }
        if (control.get().walSegmentSize().bytes() != size.bytes()) {
            damaged(
                    key,
                    "its " + ControlFile.PATH + " says WAL segments have "
                            + control.get().walSegmentSize().bytes() + " bytes, and the archive's have "
                            + size.bytes());
        }
    }

    private void version(String text) {
        String key = keys.get("PG_VERSION");
        if (!text.matches("9\\.[0-9]|[1-9][0-9]")) {
            damaged(key, "its PG_VERSION is no version");
            return;
        }
        Optional<String> recorded =
                facts.sentinel().flatMap(Sentinel::serverVersion).map(BackupContent::major);
        if (recorded.isPresent() && !recorded.get().equals(text)) {
            damaged(key, "its PG_VERSION is " + text + ", and the sentinel records version " + recorded.get());
        }
    }

    private static String major(int serverVersion) {
        return serverVersion >= 100_000
                ? Integer.toString(serverVersion / 10_000)
                : serverVersion / 10_000 + "." + serverVersion / 100 % 100;
    }

    /** Without a label, a backup of a running server would recover from the wrong checkpoint. */
    private void label(byte @Nullable [] bytes) {
        boolean online = facts.record()
                .map(record -> record.source() != BackupRecord.Source.OFFLINE)
                .orElse(facts.isOfWalG() || !isShutDown());
        if (bytes == null) {
            if (online) {
                missing("backup_label");
            }
            return;
        }
        Matcher start = START.matcher(new String(bytes, StandardCharsets.UTF_8));
        Optional<Extent> extent = facts.extent();
        if (!start.find()) {
            damaged(keys.get("backup_label"), "its backup_label does not say where WAL starts");
        } else if (online
                && extent.isPresent()
                && (!Lsn.parse(start.group(1)).equals(extent.get().start())
                        || !start.group(2)
                                .equals(facts.objects().name().segment().toString()))) {
            damaged(
                    keys.get("backup_label"),
                    "its backup_label is that of a backup that starts at " + start.group(1) + " in " + start.group(2));
        }
    }

    private boolean isShutDown() {
        return Optional.ofNullable(files.get(ControlFile.PATH))
                .flatMap(this::parse)
                .filter(control -> control.state().isShutDown())
                .isPresent();
    }

    /** A file that vanished after it was counted makes the sum smaller, and nothing makes it larger. */
    private void contentBytes() {
        long recorded = facts.sentinel().orElseThrow().expandedSizeBytes().orElse(contentBytes);
        String key = ArchiveLayout.sentinel(facts.objects().name());
        if (contentBytes > recorded) {
            findings.error(
                    key,
                    "the backup's files have " + contentBytes + " bytes, more than the " + recorded
                            + " that the sentinel records",
                    "Either the sentinel is damaged, or a partition is another backup's.");
        } else if (contentBytes < recorded) {
            String less =
                    "the backup's files have " + (recorded - contentBytes) + " bytes less than the sentinel records";
            if (facts.record().isPresent()) {
                findings.note(key, less, "Files that vanish while a backup is taken make such a difference.");
            } else {
                findings.warning(
                        key,
                        less,
                        "Either files vanished while the backup was taken, or its last tar partition is missing, which"
                                + " WAL-E does not record.");
            }
        }
    }

    /** Partitions of WAL-E have no digest: one in the place of another shows in names that are there twice. */
    private void names() {
        long[] all = names.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        for (int i = 1; i < all.length; i++) {
            if (all[i] == all[i - 1]) {
                damaged(
                        ArchiveLayout.partitions(facts.objects().name()),
                        "a file is in the tar partitions twice: one of them is in the place of another");
                return;
            }
        }
    }

    private void tellPages() {
        Optional<ControlFile> control =
                Optional.ofNullable(files.get(ControlFile.PATH)).flatMap(this::parse);
        if (control.isEmpty() || !haveChecksums(control.get())) {
            return;
        }
        wrongPages.forEach((key, wrong) -> wrong.forEach(pages -> tell(key, pages, control.get())));
        if (moreFiles > 0) {
            findings.warning(
                    ArchiveLayout.partitions(facts.objects().name()),
                    moreFiles + " more files have pages with wrong checksums",
                    null);
        }
    }

    private void tell(String key, WrongPages pages, ControlFile control) {
        String what = (pages.count() == 1 ? "1 page of " : pages.count() + " pages of ")
                + pages.file()
                + (pages.count() == 1 ? " has a wrong checksum: block " : " have wrong checksums, the first is block ")
                + pages.firstBlock();
        if (control.state().isShutDown()) {
            findings.error(key, what, "The data directory was damaged already when the backup was taken.");
        } else {
            findings.warning(
                    key,
                    what,
                    "Either the page was being written when it was read, then WAL makes it whole; or the data directory was"
                            + " damaged already. A drill, and pg_checksums on the restored server, tell which.");
        }
    }
}
