package org.walarchive.core.tar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.walarchive.CorruptArchiveException;

/** Reads any bytes as a tar archive. */
public final class TarFuzz {

    private TarFuzz() {}

    /** Reads the input, with and without the contents; no name leads out of the tree, and files come back when they are written. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        byte[] tar = TarImage.withChecksums(input);
        List<Member> members = new ArrayList<>();
        Optional<TarWalk.Walked> read = walk(tar, (name, size, content) -> {
            requireInside(name);
            byte[] bytes = content.readAllBytes();
            if (bytes.length != size) {
                throw new AssertionError(name + " has " + bytes.length + " bytes, not " + size);
            }
            members.add(new Member.MemoryFile(name, bytes, attributes(members.size())));
        });
        Optional<TarWalk.Walked> passedOver = walk(tar, (name, size, content) -> {});
        if (!read.equals(passedOver)) {
            throw new AssertionError("read: " + read + ", passed over: " + passedOver);
        }
        if (read.isPresent()) {
            requireRoundTrip(members);
        }
    }

    private static Optional<TarWalk.Walked> walk(byte[] tar, TarWalk.Visitor visitor) throws IOException {
        try {
            return Optional.of(TarWalk.walk("a", new ByteArrayInputStream(tar), visitor));
        } catch (CorruptArchiveException e) {
            return Optional.empty();
        }
    }

    private static void requireInside(String name) {
        if (name.isEmpty() || name.startsWith("/") || name.indexOf('\0') >= 0 || name.matches("(.*/)?\\.\\.?(/.*)?")) {
            throw new AssertionError("the name '" + name + "'");
        }
    }

    private static MemberAttributes attributes(int i) {
        return new MemberAttributes(0600 + i % 8, FileTime.fromMillis(1_700_000_000_000L + i), i, i, "", "");
    }

    private static void requireRoundTrip(List<Member> members) throws IOException {
        TarReader reader;
        try (PartitionStream stream = Partition.of(0, members).open()) {
            reader = new TarReader(new ByteArrayInputStream(stream.readAllBytes()));
        }
        for (Member member : members) {
            Optional<TarEntry> entry = reader.next();
            if (entry.isEmpty()
                    || !entry.get().name().equals(member.name())
                    || !entry.get().attributes().equals(member.attributes())
                    || entry.get().sizeBytes() != member.sizeBytes()) {
                throw new AssertionError(member + " comes back as " + entry);
            }
        }
        if (reader.next().isPresent()) {
            throw new AssertionError("there is more than was written");
        }
    }
}
